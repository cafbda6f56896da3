import { useTranslation } from '../lib/i18n/use-translation.ts';
import { Spinner } from '../ui/spinner.tsx';
import styles from './entrance.module.css';

/** Shown while it is not known yet who is here. */
export function StartingPage() {
  const { t } = useTranslation();
  return (
    <div className={styles['starting']} role="status" aria-label={t('ui.loading')}>
      <Spinner />
    </div>
  );
}

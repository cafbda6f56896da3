import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import styles from './kinds.module.css';

export function UndecryptableView() {
  const { t } = useTranslation();
  return <p className={styles['quiet']}>{t('threads.message.undecryptable')}</p>;
}

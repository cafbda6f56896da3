import { useTranslation } from '../../../lib/i18n/use-translation.ts';
import type { ContentProps } from './content-view.tsx';
import styles from './kinds.module.css';

export function UnsupportedView({ message }: ContentProps) {
  const { t } = useTranslation();
  return (
    <>
      <p className={styles['quiet']}>{t('threads.message.unsupported')}</p>
      {message.body === '' ? null : (
        <p className={styles['text']} dir="auto">
          {message.body}
        </p>
      )}
    </>
  );
}

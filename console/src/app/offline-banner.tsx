import { WifiOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import styles from './offline-banner.module.css';

function watchConnection(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

export function OfflineBanner() {
  const { t } = useTranslation();
  const isOnline = useSyncExternalStore(watchConnection, () => navigator.onLine);
  return (
    <div role="status">
      {isOnline ? null : (
        <p className={styles['banner']}>
          <WifiOff size={14} aria-hidden="true" />
          {t('shell.offline')}
        </p>
      )}
    </div>
  );
}

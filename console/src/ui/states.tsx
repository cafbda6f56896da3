/** What a page shows when it has nothing to show: nothing there, not yet, not allowed, not working. */
import type { ReactNode } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { CloudOff, Lock } from 'lucide-react';
import type { Trouble } from '../lib/firestore/live.ts';
import styles from './states.module.css';

interface StateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: StateProps) {
  return (
    <div className={styles['state']}>
      {icon === undefined ? null : (
        <span className={styles['icon']} aria-hidden="true">
          {icon}
        </span>
      )}
      <p className={styles['title']}>{title}</p>
      {children === undefined ? null : <div className={styles['text']}>{children}</div>}
      {action}
    </div>
  );
}

/** A list that could not be read: whether a right is missing or the connection. It is tried again by itself. */
export function ErrorState({ trouble }: { readonly trouble: Trouble }) {
  const { t } = useTranslation();
  const icon = trouble === 'denied' ? <Lock size={22} /> : <CloudOff size={22} />;
  return (
    <div role="alert">
      <EmptyState icon={icon} title={trouble === 'denied' ? t('ui.denied') : t('ui.broken')}>
        {trouble === 'denied' ? t('ui.deniedText') : t('ui.brokenText')}
      </EmptyState>
    </div>
  );
}

interface SkeletonProps {
  /** CSS lengths. */
  readonly width?: string;
  readonly height?: string;
  readonly isRound?: boolean;
}

/** Stands where something is about to be. */
export function Skeleton({ width = '100%', height = '12px', isRound = false }: SkeletonProps) {
  return (
    <span
      className={styles['skeleton']}
      style={{ inlineSize: width, blockSize: height, borderRadius: isRound ? '50%' : undefined }}
      aria-hidden="true"
    />
  );
}

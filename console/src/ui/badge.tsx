import type { ReactNode } from 'react';
import styles from './badge.module.css';
import { cx } from './cx.ts';
import { VisuallyHidden } from './visually-hidden.tsx';

interface BadgeProps {
  readonly tone?: 'neutral' | 'accent' | 'good' | 'warn' | 'danger' | 'info';
  /** A dot before the text, for states. */
  readonly hasDot?: boolean;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', hasDot = false, children }: BadgeProps) {
  return (
    <span className={cx(styles['badge'], styles[tone])}>
      {hasDot ? <span className={styles['dot']} aria-hidden="true" /> : null}
      {children}
    </span>
  );
}

/** How many things wait. Says what it counts to a screen reader. */
export function CountBadge({ count, label }: { readonly count: number; readonly label: string }) {
  return (
    <span className={styles['count']}>
      <span aria-hidden="true">{count > 99 ? '99+' : String(count)}</span>
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  );
}

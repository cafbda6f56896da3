import type { ReactNode } from 'react';
import styles from './visually-hidden.module.css';

/** Said by screen readers, not shown. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return <span className={styles['hidden']}>{children}</span>;
}

/** What changes in here is read out without moving the focus. */
export function LiveRegion({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles['hidden']} role="status" aria-live="polite">
      {children}
    </div>
  );
}

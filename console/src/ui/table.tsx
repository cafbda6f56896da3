import type { ReactNode } from 'react';
import styles from './table.module.css';
import { VisuallyHidden } from './visually-hidden.tsx';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** Said but not shown: for columns of buttons. */
  readonly isTitleHidden?: boolean;
}

interface TableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  /** `<tr>`s. */
  readonly children: ReactNode;
}

/** A table for figures and lists of facts. Where it is too wide it scrolls by itself, with the keyboard too. */
export function Table({ label, columns, children }: TableProps) {
  return (
    <div className={styles['scroll']} role="region" aria-label={label} tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {columns.map(({ id, title, isTitleHidden = false }) => (
              <th key={id} scope="col">
                {isTitleHidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

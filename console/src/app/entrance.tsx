import type { ReactNode } from 'react';
import styles from './entrance.module.css';

interface EntranceProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** The frame of the pages before the first one: a mark, a title and one thing to do. */
export function Entrance({ title, text, children }: EntranceProps) {
  return (
    <main className={styles['page']}>
      <div className={styles['card']}>
        <img className={styles['mark']} src="/icon.svg" alt="" width={40} height={40} />
        <h1 className={styles['title']}>{title}</h1>
        <p className={styles['text']}>{text}</p>
        {children}
      </div>
    </main>
  );
}

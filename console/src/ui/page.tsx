/** The frame of a page that is read from top to bottom: accounts, dashboard, settings. */
import type { ReactNode } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** The way to the page above it. */
  readonly back?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, back, actions, children }: PageProps) {
  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <div className={styles['lead']}>
          {back}
          <h1 className={styles['title']} dir="auto">
            {title}
          </h1>
        </div>
        <div className={styles['actions']}>{actions}</div>
      </header>
      <div className={styles['body']}>{children}</div>
    </div>
  );
}

interface CardProps {
  readonly title?: string;
  /** What it is about, under the title. */
  readonly text?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of such a page on its own ground. */
export function Card({ title, text, actions, children }: CardProps) {
  return (
    <section className={styles['card']}>
      {title === undefined ? null : (
        <div className={styles['cardHead']}>
          <div>
            <h2 className={styles['cardTitle']}>{title}</h2>
            {text === undefined ? null : <p className={styles['cardText']}>{text}</p>}
          </div>
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}

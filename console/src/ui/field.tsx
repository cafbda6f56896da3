import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes } from 'react';
import { cx } from './cx.ts';
import styles from './field.module.css';

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why what was typed is not accepted. */
  readonly error?: string | null | undefined;
}

/** A labelled control with its hint and its error tied to it, so that a screen reader reads all three. */
function Field({ label, hint, error, id, children }: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children}
      {error === undefined || error === null ? null : (
        <p className={styles['error']} id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint === undefined ? null : (
        <p className={styles['hint']} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, { hint, error }: Labelled): string | undefined {
  const ids = [error === undefined || error === null ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`];
  return ids.filter((one) => one !== '').join(' ') || undefined;
}

type TextFieldProps = Labelled & InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement> };

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  const id = useId();
  const words = { label, hint, error };
  return (
    <Field {...words} id={id}>
      <input
        {...rest}
        id={id}
        className={cx(styles['input'], className)}
        aria-invalid={typeof error === 'string' || undefined}
        aria-describedby={describedBy(id, words)}
      />
    </Field>
  );
}

type TextAreaProps = Labelled &
  TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly ref?: Ref<HTMLTextAreaElement> };

export function TextArea({ label, hint, error, className, ...rest }: TextAreaProps) {
  const id = useId();
  const words = { label, hint, error };
  return (
    <Field {...words} id={id}>
      <textarea
        rows={4}
        dir="auto"
        {...rest}
        id={id}
        className={cx(styles['input'], styles['area'], className)}
        aria-invalid={typeof error === 'string' || undefined}
        aria-describedby={describedBy(id, words)}
      />
    </Field>
  );
}

interface SearchFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly icon: ReactNode;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A field without a visible label, for searching what is under it. */
export function SearchField({ label, icon, className, ...rest }: SearchFieldProps) {
  return (
    <div className={styles['search']}>
      <span className={styles['searchIcon']} aria-hidden="true">
        {icon}
      </span>
      <input
        type="search"
        placeholder={label}
        {...rest}
        aria-label={label}
        className={cx(styles['input'], className)}
      />
    </div>
  );
}

import { useId } from 'react';
import styles from './check-field.module.css';

interface CheckFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly disabled?: boolean;
}

/** A yes or no with its words beside it. */
export function CheckField({ label, hint, isChecked, onChange, disabled = false }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <input
        id={id}
        type="checkbox"
        className={styles['box']}
        checked={isChecked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ target }) => {
          onChange(target.checked);
        }}
      />
      <div>
        <label htmlFor={id} className={styles['label']}>
          {label}
        </label>
        {hint === undefined ? null : (
          <p className={styles['hint']} id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

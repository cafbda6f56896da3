import { Check, ChevronDown } from 'lucide-react';
import { Select as Primitive } from 'radix-ui';
import { useId } from 'react';
import { cx } from './cx.ts';
import styles from './select.module.css';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  /** The label is said but not shown: what is around the control makes it plain to the eye. */
  readonly isLabelHidden?: boolean;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly kind?: 'field' | 'quiet';
}

export function Select<T extends string>({
  label,
  isLabelHidden = false,
  value,
  options,
  onChange,
  disabled = false,
  kind = 'field',
}: SelectProps<T>) {
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find((one) => one.value === chosen);
    if (option) onChange(option.value);
  };
  return (
    <div className={styles['field']}>
      {isLabelHidden ? null : (
        <label className={styles['label']} htmlFor={id}>
          {label}
        </label>
      )}
      <Primitive.Root value={value} onValueChange={choose} disabled={disabled}>
        <Primitive.Trigger
          id={id}
          className={cx(styles['trigger'], styles[kind])}
          {...(isLabelHidden ? { 'aria-label': label } : {})}
        >
          <span className={styles['value']}>
            <Primitive.Value />
          </span>
          <ChevronDown size={14} aria-hidden="true" />
        </Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content className={styles['content']} position="popper" sideOffset={4} collisionPadding={8}>
            <Primitive.Viewport>
              {options.map((option) => (
                <Primitive.Item key={option.value} value={option.value} className={styles['item']}>
                  <Primitive.ItemText>{option.label}</Primitive.ItemText>
                  <Primitive.ItemIndicator className={styles['check']}>
                    <Check size={14} />
                  </Primitive.ItemIndicator>
                </Primitive.Item>
              ))}
            </Primitive.Viewport>
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </div>
  );
}

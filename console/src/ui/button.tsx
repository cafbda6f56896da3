import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { cx } from './cx.ts';
import { Spinner } from './spinner.tsx';
import { Tooltip } from './tooltip.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one thing to do here · danger: cannot be undone · quiet: among other things. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly isBusy?: boolean;
  readonly isWide?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = 'plain',
  isBusy = false,
  isWide = false,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const look = cx(styles['button'], styles[kind], isWide && styles['wide'], className);
  return (
    <button type="button" {...rest} className={look} disabled={disabled ?? isBusy} aria-busy={isBusy || undefined}>
      {isBusy ? <Spinner /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does, in words: the tooltip, and what a screen reader says. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Shown in the tooltip. */
  readonly shortcut?: string;
  readonly isOn?: boolean;
  readonly size?: 'm' | 's';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, icon, shortcut, isOn, size = 'm', className, ...rest }: IconButtonProps) {
  const look = cx(styles['icon'], size === 's' && styles['small'], isOn === true && styles['on'], className);
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button type="button" aria-label={label} aria-pressed={isOn} {...rest} className={look}>
        {icon}
      </button>
    </Tooltip>
  );
}

/** A small surface over the page, behind a button. What shows it is loaded when it is first opened. */
import { Slot } from 'radix-ui';
import { lazy, Suspense, useState, type ReactNode } from 'react';

const load = () => import('./opened-popover.tsx');
const OpenedPopover = lazy(() => load().then((file) => ({ default: file.OpenedPopover })));

export interface PopoverProps {
  readonly trigger: ReactNode;
  /** What it is, for a screen reader. */
  readonly label: string;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly side?: 'top' | 'bottom';
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

export function Popover(props: PopoverProps) {
  const [isWanted, setIsWanted] = useState(props.isOpen ?? false);
  if (isWanted) {
    return (
      <Suspense fallback={props.trigger}>
        <OpenedPopover {...props} />
      </Suspense>
    );
  }
  return (
    <Slot.Root
      aria-haspopup="dialog"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onClick={() => {
        setIsWanted(true);
        props.onOpenChange?.(true);
      }}
    >
      {props.trigger}
    </Slot.Root>
  );
}

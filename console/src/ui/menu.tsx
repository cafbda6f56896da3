/** A menu behind a button. What shows it is loaded when somebody first reaches for one: the page opens sooner without it. */
import { Slot } from 'radix-ui';
import { lazy, Suspense, useState, type ReactNode } from 'react';

const load = () => import('./opened-menu.tsx');
const OpenedMenu = lazy(() => load().then((file) => ({ default: file.OpenedMenu })));

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string;
  readonly isDangerous?: boolean;
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  /** A line above it parts it from what comes before. */
  readonly startsGroup?: boolean;
  readonly onChoose: () => void;
}

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly label?: string;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom' | 'right';
  readonly onOpenChange?: (isOpen: boolean) => void;
}

export function Menu(props: MenuProps) {
  const [isWanted, setIsWanted] = useState(false);
  if (isWanted) {
    return (
      <Suspense fallback={props.trigger}>
        <OpenedMenu {...props} />
      </Suspense>
    );
  }
  return (
    <Slot.Root
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onClick={() => {
        setIsWanted(true);
      }}
    >
      {props.trigger}
    </Slot.Root>
  );
}

import { Popover as Primitive } from 'radix-ui';
import styles from './popover.module.css';
import type { PopoverProps } from './popover.tsx';

export function OpenedPopover({
  trigger,
  label,
  isOpen,
  onOpenChange,
  side = 'bottom',
  align = 'start',
  children,
}: PopoverProps) {
  const control = {
    ...(isOpen === undefined ? { defaultOpen: true } : { open: isOpen }),
    ...(onOpenChange ? { onOpenChange } : {}),
  };
  return (
    <Primitive.Root {...control}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          className={styles['content']}
          aria-label={label}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

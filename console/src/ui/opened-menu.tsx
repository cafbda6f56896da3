import { DropdownMenu } from 'radix-ui';
import { Kbd } from './kbd.tsx';
import { cx } from './cx.ts';
import styles from './menu.module.css';
import type { MenuEntry, MenuProps } from './menu.tsx';

/** Open from the start: it is there because somebody asked for it. */
export function OpenedMenu({ trigger, entries, label, align = 'end', side = 'bottom', onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root defaultOpen modal={false} {...(onOpenChange ? { onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles['menu']} align={align} side={side} sideOffset={4} collisionPadding={8}>
          {label === undefined ? null : <DropdownMenu.Label className={styles['label']}>{label}</DropdownMenu.Label>}
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  const {
    label,
    icon,
    shortcut,
    isDangerous = false,
    isChecked,
    isDisabled = false,
    startsGroup = false,
    onChoose,
  } = entry;
  const inside = (
    <>
      <span className={styles['icon']}>{icon}</span>
      <span className={styles['text']}>{label}</span>
      {shortcut === undefined ? null : <Kbd keys={shortcut} />}
      {isChecked === true ? (
        <DropdownMenu.ItemIndicator className={styles['check']}>✓</DropdownMenu.ItemIndicator>
      ) : null}
    </>
  );
  const look = cx(styles['entry'], isDangerous && styles['danger']);
  return (
    <>
      {startsGroup ? <DropdownMenu.Separator className={styles['line']} /> : null}
      {isChecked === undefined ? (
        <DropdownMenu.Item className={look} disabled={isDisabled} onSelect={onChoose}>
          {inside}
        </DropdownMenu.Item>
      ) : (
        <DropdownMenu.CheckboxItem className={look} checked={isChecked} disabled={isDisabled} onSelect={onChoose}>
          {inside}
        </DropdownMenu.CheckboxItem>
      )}
    </>
  );
}

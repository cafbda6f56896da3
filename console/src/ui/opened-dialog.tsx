import { X } from 'lucide-react';
import { AlertDialog, Dialog as Primitive } from 'radix-ui';
import { useState } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import styles from './dialog.module.css';
import { DialogActions } from './dialog-actions.tsx';
import type { ConfirmProps, DialogProps } from './dialog.tsx';
import { TextField } from './field.tsx';

export function OpenedDialog({ isOpen, onClose, title, description, width = 'm', children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Primitive.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Primitive.Portal>
        <Primitive.Overlay className={styles['scrim']} />
        <Primitive.Content
          className={cx(styles['dialog'], width === 'l' && styles['large'])}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <Primitive.Title className={styles['title']}>{title}</Primitive.Title>
          {description === undefined ? null : (
            <Primitive.Description className={styles['description']}>{description}</Primitive.Description>
          )}
          {children}
          {/* Last, so that what the dialog is for has the focus first. */}
          <Primitive.Close className={styles['close']} aria-label={t('ui.close')}>
            <X size={16} />
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Asks before something is done. Escape and a click beside it mean no. */
export function OpenedConfirm({
  isOpen,
  title,
  description,
  confirm,
  onConfirm,
  onCancel,
  isBusy = false,
  typed,
  kind = 'danger',
}: ConfirmProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const close = () => {
    setText('');
    onCancel();
  };
  const isTyped = typed === undefined || text.trim() === typed;
  return (
    <AlertDialog.Root
      open={isOpen}
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={styles['scrim']} />
        <AlertDialog.Content className={styles['dialog']}>
          <AlertDialog.Title className={styles['title']}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles['description']}>{description}</AlertDialog.Description>
          {typed === undefined ? null : (
            <TextField
              label={t('ui.typeToConfirm', { text: typed })}
              value={text}
              onChange={({ target }) => {
                setText(target.value);
              }}
              autoComplete="off"
            />
          )}
          <DialogActions>
            <AlertDialog.Cancel asChild>
              <Button>{t('ui.cancel')}</Button>
            </AlertDialog.Cancel>
            <Button kind={kind} isBusy={isBusy} disabled={!isTyped || isBusy} onClick={onConfirm}>
              {confirm}
            </Button>
          </DialogActions>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** Dialogs, and questions before something is done. What shows them is loaded with the first one that opens. */
import { lazy, Suspense, useState, type ReactNode } from 'react';

const load = () => import('./opened-dialog.tsx');
const OpenedDialog = lazy(() => load().then((file) => ({ default: file.OpenedDialog })));
const OpenedConfirm = lazy(() => load().then((file) => ({ default: file.OpenedConfirm })));

export interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: string;
  readonly width?: 'm' | 'l';
  readonly children: ReactNode;
}

export interface ConfirmProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, and what will not come back. */
  readonly description: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly isBusy?: boolean;
  /** What has to be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly kind?: 'danger' | 'primary';
}

export { DialogActions } from './dialog-actions.tsx';

/** Whether it has been open since it is on the page. */
function useWasOpen(isOpen: boolean): boolean {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  return isOpen || wasOpen;
}

export function Dialog(props: DialogProps) {
  if (!useWasOpen(props.isOpen)) return null;
  return (
    <Suspense>
      <OpenedDialog {...props} />
    </Suspense>
  );
}

/** Asks before something is done. Escape means no. */
export function Confirm(props: ConfirmProps) {
  if (!useWasOpen(props.isOpen)) return null;
  return (
    <Suspense>
      <OpenedConfirm {...props} />
    </Suspense>
  );
}

import { Toaster } from 'sonner';

/** Where toasts appear, in the colours of the console. */
export function ToastList() {
  return (
    <Toaster
      position="top-center"
      gap={8}
      toastOptions={{
        style: {
          background: 'var(--raised)',
          color: 'var(--text)',
          border: '1px solid var(--border)',
          borderRadius: 'var(--radius-l)',
          boxShadow: 'var(--shadow-2)',
          fontFamily: 'var(--font)',
          fontSize: 'var(--text-m)',
        },
      }}
    />
  );
}

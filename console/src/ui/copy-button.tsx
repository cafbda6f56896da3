import { Copy } from 'lucide-react';
import { IconButton } from './button.tsx';
import { say, sayFailed } from './toast.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What it copies. */
  readonly label: string;
  /** Said once it was copied. */
  readonly done: string;
  /** Said when the browser does not let it. */
  readonly failed: string;
}

export function CopyButton({ text, label, done, failed }: CopyButtonProps) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(done);
    } catch {
      sayFailed(failed);
    }
  };
  return <IconButton label={label} icon={<Copy size={16} />} onClick={() => void copy()} />;
}

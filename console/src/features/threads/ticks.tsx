/** How far a message of ours has come: ⏳ ✓ ✓✓ and blue, with the words for those who do not see colours. */
import { CircleAlert, CircleSlash, Clock } from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { cx } from '../../ui/cx.ts';
import type { ShownMessage } from './timeline/shown-message.ts';
import styles from './ticks.module.css';

type Status = ShownMessage['status'];

const ONE = 'M1.5 6.5 4.5 9.5 11 2.5';
const TWO = 'M1 6.5 4 9.5 10.5 2.5M8 9.3 8.3 9.5 15 2.5';

export function Ticks({ status }: { readonly status: Status }) {
  const { t } = useTranslation();
  const isRead = status === 'read' || status === 'played';
  const isFailed = status === 'failed' || status === 'rejected';
  const look = cx(styles['ticks'], isRead && styles['read'], isFailed && styles['failed']);
  return (
    <span
      className={look}
      role="img"
      aria-label={t(`threads.message.${status}`)}
      title={t(`threads.message.${status}`)}
    >
      <Mark status={status} />
    </span>
  );
}

function Mark({ status }: { readonly status: Status }) {
  switch (status) {
    case 'queued':
    case 'sending':
      return <Clock size={12} strokeWidth={2.2} />;
    case 'failed':
    case 'rejected':
      return <CircleAlert size={13} strokeWidth={2.2} />;
    case 'cancelled':
      return <CircleSlash size={12} strokeWidth={2.2} />;
    case 'sent':
      return <Check path={ONE} width={12} />;
    case 'delivered':
    case 'read':
    case 'played':
      return <Check path={TWO} width={16} />;
    case 'received':
      return null;
  }
}

function Check({ path, width }: { readonly path: string; readonly width: number }) {
  return (
    <svg
      width={width}
      height={12}
      viewBox={`0 0 ${String(width)} 12`}
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <path d={path} strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

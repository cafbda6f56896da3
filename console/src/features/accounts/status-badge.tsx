import type { AccountStatus } from '@switchboard/contract/account';
import {
  Ban,
  CircleCheck,
  LoaderCircle,
  LogOut,
  PowerOff,
  QrCode,
  RefreshCw,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useTranslation } from '../../lib/i18n/use-translation.ts';
import { Badge } from '../../ui/badge.tsx';
import { meaningOf } from './next-step.ts';
import type { Account } from '@switchboard/contract/account';

export const STATUS_ICONS: Record<AccountStatus, LucideIcon> = {
  connecting: LoaderCircle,
  qr_ready: QrCode,
  connected: CircleCheck,
  reconnecting: RefreshCw,
  disconnected: PowerOff,
  needs_qr: QrCode,
  logged_out: LogOut,
  restricted: Ban,
  deleted: Trash2,
};

/** A status in a word, a colour and a shape: none of the three is needed to tell it. */
export function StatusBadge({ account }: { readonly account: Pick<Account, 'status' | 'statusReason' | 'desired'> }) {
  const { t } = useTranslation();
  const Icon = STATUS_ICONS[account.status];
  return (
    <Badge tone={meaningOf(account).tone}>
      <Icon size={12} strokeWidth={2.4} aria-hidden="true" />
      {t(`accounts.status.${account.status}.word`)}
    </Badge>
  );
}

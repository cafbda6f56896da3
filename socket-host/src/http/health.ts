/** What `/health` says. Pure. */
import type { Account, AccountStatus } from '@switchboard/contract/account';

export interface HealthReport {
  readonly status: 'ok' | 'draining' | 'cut-off';
  readonly mode: 'live' | 'simulated';
  readonly commit: string;
  readonly hostId: string;
  readonly accounts: {
    readonly total: number;
    readonly connected: number;
    readonly connecting: number;
    readonly disconnected: number;
    readonly needs_qr: number;
    readonly max: number;
  };
  /** Whether Firestore answered recently. */
  readonly firestore: 'ok' | 'unreachable';
  readonly leases: { readonly held: number; readonly valid: boolean };
}

export interface HealthFacts {
  readonly isDraining: boolean;
  readonly isHeld: boolean;
  readonly isSimulated: boolean;
  readonly commit: string;
  readonly hostId: string;
  readonly capacity: number;
  readonly accounts: readonly { readonly account: Pick<Account, 'status'>; readonly isConnected: boolean }[];
}

const CONNECTING: readonly AccountStatus[] = ['connecting', 'reconnecting'];
const NEEDS_QR: readonly AccountStatus[] = ['needs_qr', 'qr_ready', 'logged_out'];

export function healthReport(facts: HealthFacts): HealthReport {
  const { accounts, isHeld } = facts;
  const connected = accounts.filter(({ isConnected }) => isConnected).length;
  const rest = accounts.filter(({ isConnected }) => !isConnected).map(({ account }) => account.status);
  const connecting = rest.filter((status) => CONNECTING.includes(status)).length;
  const needsQr = rest.filter((status) => NEEDS_QR.includes(status)).length;
  return {
    status: facts.isDraining ? 'draining' : isHeld ? 'ok' : 'cut-off',
    mode: facts.isSimulated ? 'simulated' : 'live',
    commit: facts.commit,
    hostId: facts.hostId,
    accounts: {
      total: accounts.length,
      connected,
      connecting,
      needs_qr: needsQr,
      disconnected: rest.length - connecting - needsQr,
      max: facts.capacity,
    },
    firestore: isHeld ? 'ok' : 'unreachable',
    leases: { held: accounts.length, valid: isHeld },
  };
}

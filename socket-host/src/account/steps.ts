/** The words `machine.ts` is written in: how an account can stand, what can happen to it, and what can be done about it. */
import type {
  AccountRequestType,
  AccountStatus,
  Desired,
  LinkMethod,
  StatusReasonCode,
} from '@switchboard/contract/account';
import type { IncidentType } from '@switchboard/contract/incident';

/** A link that is to go, what comes after it, and the request that is done by then, if one asked. */
export interface Removal {
  readonly requestId: string | null;
  readonly next: 'deleted' | 'new-link';
}

export interface MachineState {
  readonly phase: 'idle' | 'connecting' | 'open' | 'waiting';
  readonly method: LinkMethod;
  /** There are credentials. */
  readonly isLinked: boolean;
  /** WhatsApp has let the link of those credentials in before. */
  readonly hasOpened: boolean;
  /** WhatsApp has ended the link those credentials are of. They are kept until somebody asks for a new link. */
  readonly isLinkOver: boolean;
  /** Connections in a row that ended before they had been open for a while. */
  readonly attempts: number;
  /** A link was just made: WhatsApp ends this connection with 515, which is no failure. */
  readonly isRestartDue: boolean;
  /** How often in a row WhatsApp said "logged out". */
  readonly logoutCount: number;
  /** When WhatsApp said "replaced" within the last hour, oldest first, ms. They outlive a connection that holds. */
  readonly conflictsAtMs: readonly number[];
  /** The link is being ended: it connects only to tell WhatsApp so. */
  readonly removal: Removal | null;
  /** Pairing codes shown in this attempt to link that nobody entered. */
  readonly unusedCodes: number;
}

export interface WaIdentity {
  readonly waJid: string;
  readonly waLid: string | null;
  readonly pushName: string | null;
}

export type Input =
  | { readonly type: 'start'; readonly status: AccountStatus; readonly desired: Desired }
  | {
      readonly type: 'request';
      readonly requestId: string;
      readonly request: AccountRequestType;
      readonly method: LinkMethod;
    }
  | { readonly type: 'desired'; readonly desired: Desired }
  | { readonly type: 'code'; readonly qr: string; readonly expiresInMs: number }
  | { readonly type: 'linked' }
  | { readonly type: 'open'; readonly identity: WaIdentity; readonly isOwnPhone: boolean }
  | {
      readonly type: 'closed';
      readonly code: number | null;
      readonly message: string;
      readonly holdsLease: boolean;
      /** When, by a monotonic clock. */
      readonly atMs: number;
      readonly random: number;
    }
  | { readonly type: 'retry' }
  /** The connection has been open for a while. */
  | { readonly type: 'stable' };

export interface Drop {
  readonly code: number;
  readonly reason: string;
}

export type Effect =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'logout' }
  | { readonly type: 'erase'; readonly mode: 'keep-backup' | 'destroy' }
  | { readonly type: 'mark-link'; readonly isOver: boolean }
  | { readonly type: 'show-code'; readonly method: LinkMethod; readonly qr: string; readonly expiresInMs: number }
  | { readonly type: 'hide-code' }
  | {
      readonly type: 'status';
      readonly status: AccountStatus;
      readonly reason: StatusReasonCode | null;
      readonly attempts: number;
      readonly identity?: WaIdentity;
      readonly drop?: Drop;
    }
  | { readonly type: 'retry-after'; readonly delayMs: number }
  | { readonly type: 'refresh-version' }
  | { readonly type: 'incident'; readonly incident: IncidentType; readonly drop: Drop }
  | { readonly type: 'resolve-incidents'; readonly of: readonly IncidentType[] }
  /** Another host owns the account: this one drops it. */
  | { readonly type: 'stand-down' }
  | { readonly type: 'done'; readonly requestId: string };

export interface Step {
  readonly state: MachineState;
  readonly effects: readonly Effect[];
}

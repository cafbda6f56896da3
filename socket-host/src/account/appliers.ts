/** What each effect of a step does. That they happen in their order, and what follows when one fails, is the supervisor's. */
import type { Account } from '@switchboard/contract/account';
import type { AccountSession } from '../session/types.ts';
import type { AccountRecord } from './account-record.ts';
import type { Connection } from './connection.ts';
import { eraseSession, type ErasingDependencies } from './erasing.ts';
import { markLink } from './link-marker.ts';
import type { Linking } from './linking.ts';
import type { StepTimers } from './step-timers.ts';
import type { Effect } from './steps.ts';

export interface ApplierDependencies extends ErasingDependencies {
  readonly connection: Connection;
  readonly linking: Linking;
  readonly record: AccountRecord;
  readonly timers: StepTimers;
  readonly session: () => AccountSession | null;
  readonly account: () => Account;
  readonly refreshVersion: () => Promise<void>;
  readonly onRetryAfter: (delayMs: number) => void;
  readonly onStandDown: () => void;
}

export type Appliers = {
  readonly [T in Effect['type']]: (effect: Extract<Effect, { type: T }>) => Promise<void> | undefined;
};

export function appliersOf(dependencies: ApplierDependencies): Appliers {
  const { connection, linking, record, timers, session, account, isStopped } = dependencies;
  return {
    connect: () => {
      timers.cancelRetry();
      const used = session();
      if (used && !isStopped()) connection.connect(used);
      return undefined;
    },
    disconnect: () => {
      timers.cancelRetry();
      return connection.disconnect();
    },
    logout: () => {
      timers.cancelRetry();
      return connection.logout();
    },
    erase: ({ mode }) => {
      const erased = session();
      return erased ? eraseSession(dependencies, erased, mode) : undefined;
    },
    'mark-link': ({ isOver }) => {
      const marked = session();
      return marked ? markLink(marked, isOver) : undefined;
    },
    'show-code': (offer) => {
      const socket = connection.anySocket();
      return socket ? linking.show(socket, offer, account().phoneE164) : undefined;
    },
    'hide-code': () => linking.hide(),
    status: (effect) => record.writeStatus(effect),
    'retry-after': ({ delayMs }) => {
      dependencies.onRetryAfter(delayMs);
      return undefined;
    },
    'refresh-version': () => dependencies.refreshVersion(),
    incident: ({ incident, drop }) => record.openIncident(incident, { ...drop }),
    'resolve-incidents': ({ of }) => record.resolveIncidents(of),
    'stand-down': () => {
      dependencies.onStandDown();
      return undefined;
    },
    done: ({ requestId }) => record.completeRequest(requestId),
  };
}

/**
 * Cancels a message that was not begun, and retries one that failed. For all staff of the account's team: whoever may write may
 * also take back. A message a host has begun cannot be stopped: nobody knows yet whether WhatsApp has it.
 */
import {
  messageActionInputSchema,
  type CancelMessageOutput,
  type RetryMessageOutput,
} from '@switchboard/contract/callables';
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { isBulkRequestId } from '@switchboard/contract/ids';
import { isChange } from '@switchboard/contract/payload';
import { EDIT_GRACE_MS, refusalByTime } from '@switchboard/contract/target';
import { admit, anyStaff, ofTeam, type Caller } from '../access.ts';
import { deedDone, type Log } from '../log-events.ts';
import { isUnwanted, keyToSeek } from '../outbox/opted-out.ts';
import type { EntryChange } from '../store/entries.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { readInput } from './input.ts';

export interface MessageActionDeps {
  readonly staff: StaffDirectory;
  change<T>(requestId: string, work: (change: EntryChange) => T | Promise<T>): Promise<T | 'gone'>;
  readonly log: Log;
}

type Decision = 'done' | 'write' | { readonly refused: ErrorInfo };

async function act(
  deps: MessageActionDeps,
  caller: Caller | null,
  data: unknown,
  { action, decide, write }: Action,
): Promise<string> {
  const { uid: by } = await admit(deps.staff, caller, anyStaff);
  const { requestId } = readInput(messageActionInputSchema, data);
  const outcome = await deps.change(requestId, async (change): Promise<Decision> => {
    const { account, entry } = change;
    // An entry of no account was never routed; only its author and admins know of it.
    const team = account?.team ?? null;
    await admit(deps.staff, caller, (claims) => {
      if (team !== null) return ofTeam(team, 'requestId', 'this message')(claims);
      const isTheirs = entry.createdBy === by || claims.role === 'admin';
      return isTheirs ? null : errorOf('permission_denied', 'this message is not yours', 'requestId');
    });
    const decision = await decide(change);
    if (decision !== 'write') return decision;
    write(change);
    change.audit({ action, by, accountId: entry.accountId, target: requestId, details: { status: entry.status } });
    return decision;
  });
  if (outcome === 'gone') throw new Refusal(errorOf('unknown_message', requestId, 'requestId'));
  if (typeof outcome === 'object') throw new Refusal(outcome.refused);
  if (outcome === 'write') deedDone(deps.log, action, by, requestId);
  return requestId;
}

interface Action {
  readonly action: 'message.cancel' | 'message.retry';
  readonly decide: (change: EntryChange) => Decision | Promise<Decision>;
  readonly write: (change: EntryChange) => void;
}

const CANCEL: Action = {
  action: 'message.cancel',
  decide({ entry: { status } }) {
    switch (status) {
      case 'cancelled':
        return 'done';
      case 'queued':
      case 'scheduled':
      case 'routed':
        return 'write';
      case 'processing':
      case 'sent':
      case 'failed':
      case 'rejected':
        return tooLate(status === 'processing' ? 'the message is being sent' : `the message is ${status}`);
    }
  },
  write: ({ end }) => {
    end('cancelled', null);
  },
};

const RETRY: Action = {
  action: 'message.retry',
  async decide(change) {
    const {
      entry: { status, payload },
      account,
      messageStatus,
    } = change;
    if (status === 'routed' || status === 'processing') return 'done';
    if (status !== 'failed') return tooLate(`the message is ${status}`);
    // A receipt that came after all lifted the message: it has arrived, and is not sent again. A change that shows no more was
    // followed by a newer one, which it must not undo.
    if (messageStatus !== 'failed') {
      return tooLate(payload && isChange(payload) ? 'a newer change took its place' : 'the message has arrived');
    }
    if (!account || account.status === 'deleted' || account.desired === 'deleted') {
      return { refused: errorOf('account_deleted', '', 'requestId') };
    }
    if (await isUnwantedNow(change)) return { refused: errorOf('opted_out', '', 'requestId') };
    const refused = refusalOfLate(change);
    return refused ? { refused } : 'write';
  },
  write: ({ routeAgain }) => {
    routeAgain();
  },
};

/** As the router would judge it. */
async function isUnwantedNow(change: EntryChange): Promise<boolean> {
  const { thread, requestId } = change;
  const key = thread && keyToSeek(thread, isBulkRequestId(requestId));
  return isUnwanted(change, key === null ? null : await change.readOptOut(key));
}

/** What customers' apps would not do any more: as the host judges it, for it was asked for in time. */
function refusalOfLate({ entry: { payload, target } }: EntryChange): ErrorInfo | null {
  const error = payload && target ? refusalByTime(payload, target.sentAt.toMillis(), Date.now(), EDIT_GRACE_MS) : null;
  return error && { ...error, field: 'requestId' };
}

function tooLate(detail: string): Decision {
  return { refused: errorOf('too_late', `requestId: ${detail}`, 'requestId') };
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function cancelMessage(
  deps: MessageActionDeps,
  caller: Caller | null,
  data: unknown,
): Promise<CancelMessageOutput> {
  return { requestId: await act(deps, caller, data, CANCEL), status: 'cancelled' };
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function retryMessage(
  deps: MessageActionDeps,
  caller: Caller | null,
  data: unknown,
): Promise<RetryMessageOutput> {
  return { requestId: await act(deps, caller, data, RETRY), status: 'routed' };
}

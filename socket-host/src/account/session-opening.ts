/**
 * When an account's session is loaded: at once, when somebody asks for something new, and every few minutes while it cannot be read,
 * since a key that is refused now may be granted soon. Until then what was asked is answered, and the account shows why it is offline.
 */
import type { Account } from '@switchboard/contract/account';
import { errorOf } from '@switchboard/contract/failure';
import type { AccountRecord } from './account-record.ts';
import { Alarm } from './alarm.ts';
import { startFailed } from './log-events.ts';
import { RUNNING } from './machine.ts';
import { loadOnce, type Loaded, type SessionLoadingDependencies } from './session-loading.ts';

export interface SessionOpeningDependencies extends Omit<SessionLoadingDependencies, 'isTold'> {
  /** It is time to open it again. */
  readonly onAgain: () => void;
}

/** Trying costs a call of the key service and a write; nothing is changed by it, ms. */
const UNREADABLE_RETRY_MS = 300_000;
const FAILED_RETRY_MS = 15_000;

export class SessionOpening {
  readonly #with: SessionOpeningDependencies;
  readonly #again: Alarm;
  /** The account as it was when there was no session to be had for it; `null` when there was. */
  #tried: Account | null = null;

  constructor(dependencies: SessionOpeningDependencies) {
    this.#with = dependencies;
    this.#again = new Alarm(dependencies.clock);
  }

  /** Whether an account without a session wants anything it did not want the last time: the same is no reason to try at once. */
  isAskedAnew({ status, desired, pendingRequest }: Account): boolean {
    if (pendingRequest) return pendingRequest.id !== this.#tried?.pendingRequest?.id;
    return status !== 'deleted' && desired !== this.#tried?.desired;
  }

  /** @param isAgain nothing was asked: people know already that it cannot be read, if it still cannot. */
  async open(isAgain: boolean): Promise<Loaded> {
    this.#again.cancel();
    try {
      const loaded = await loadOnce({ ...this.#with, isTold: isAgain });
      await this.#follow(loaded);
      return loaded;
    } catch (error) {
      startFailed(this.#with.logger, error);
      this.#setAgain(FAILED_RETRY_MS);
      return { kind: 'stopped' };
    }
  }

  cancel(): void {
    this.#again.cancel();
  }

  async #follow(loaded: Loaded): Promise<void> {
    const { record } = this.#with;
    switch (loaded.kind) {
      case 'loaded':
        if (this.#tried) await record.resolveIncidents(['session_unreadable']);
        this.#tried = null;
        return;
      case 'shredded':
        this.#tried = loaded.account;
        return;
      case 'unreadable':
        this.#tried = loaded.account;
        this.#setAgain(UNREADABLE_RETRY_MS);
        await answerUnread(record, loaded.account);
        return;
      case 'stopped':
    }
  }

  #setAgain(delayMs: number): void {
    const { isStopped, onAgain } = this.#with;
    if (!isStopped()) this.#again.set(delayMs, onAgain);
  }
}

/** Does what needs no session, and says of the rest why it is not done. The account shows why it is offline, if it should not be. */
async function answerUnread(record: AccountRecord, { status, desired, pendingRequest }: Account): Promise<void> {
  if (desired === 'offline') {
    const offline = { type: 'status', status: 'disconnected', reason: 'asked', attempts: 0 } as const;
    await record.writeStatus(offline, ['connection_lost']);
  } else if (RUNNING.has(status)) {
    // Not at rest: whoever has the right key takes it up, as this host does once the key is granted.
    await record.writeStatus({ type: 'status', status: 'reconnecting', reason: 'session_unreadable', attempts: 0 });
  }
  if (!pendingRequest) return;
  if (pendingRequest.type === 'disconnect') await record.completeRequest(pendingRequest.id);
  else await record.rejectRequest(pendingRequest.id, errorOf('session_unreadable'));
}

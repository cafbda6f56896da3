/** Takes back QR and pairing codes that outlived their host: a code is a credential, and nobody renews these. */
import { linkingExpired, sweepBroke, type Log } from '../log-events.ts';

/** A living host renews or removes a code at its end; so long it has for it, ms. */
const GRACE_MS = 120_000;

export interface ExpireLinkingDeps {
  accountsWithExpiredCode(beforeMs: number): AsyncIterable<string>;
  takeBackCode(accountId: string): Promise<boolean>;
  readonly nowMs: () => number;
  readonly log: Log;
}

export async function expireLinking(deps: ExpireLinkingDeps): Promise<void> {
  for await (const accountId of deps.accountsWithExpiredCode(deps.nowMs() - GRACE_MS)) {
    // One account that cannot be read must not keep the codes of others in view.
    const isTakenBack = await deps.takeBackCode(accountId).catch((error: unknown) => {
      sweepBroke(deps.log, 'linking codes', accountId, error);
      return false;
    });
    if (isTakenBack) linkingExpired(deps.log, accountId);
  }
}

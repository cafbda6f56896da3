/**
 * Takes back QR and pairing codes that outlived the connection they are good for: a code is a credential, nobody renews these, and who
 * scans one scans in vain.
 */
import { linkingExpired, sweepBroke, type Log } from '../log-events.ts';
import { UNSERVED_MS } from './report-silent-hosts.ts';

/** A host that runs an account renews or removes a code at its end; so long it has for it, ms. */
const GRACE_MS = 120_000;

export interface ExpireLinkingDeps {
  accountsWithDoubtfulCode(expiredBeforeMs: number, idleForMs: number): AsyncIterable<string>;
  takeBackCode(accountId: string, idleForMs: number): Promise<boolean>;
  readonly nowMs: () => number;
  readonly log: Log;
}

export async function expireLinking(deps: ExpireLinkingDeps): Promise<void> {
  for await (const accountId of deps.accountsWithDoubtfulCode(deps.nowMs() - GRACE_MS, UNSERVED_MS)) {
    // One account that cannot be read must not keep the codes of others in view.
    const isTakenBack = await deps.takeBackCode(accountId, UNSERVED_MS).catch((error: unknown) => {
      sweepBroke(deps.log, 'linking codes', accountId, error);
      return false;
    });
    if (isTakenBack) linkingExpired(deps.log, accountId);
  }
}

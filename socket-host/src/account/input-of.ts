/** Tells the machine what a socket reported, with what it needs to judge it. */
import type { Clock } from '../clock.ts';
import type { LifeEvent } from './connection.ts';
import { isOwnPhone } from './own-phone.ts';
import type { Input } from './steps.ts';

/** The close code that may mean that another host took the account over. */
const REPLACED = 440;

export interface InputDependencies {
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  /** Asks Firestore whether our lease is still the one. */
  readonly holdsLease: () => Promise<boolean>;
}

/** @param phoneE164 the account's own. */
export async function inputOf(dependencies: InputDependencies, phoneE164: string, event: LifeEvent): Promise<Input> {
  const { clock, random, holdsLease } = dependencies;
  switch (event.type) {
    case 'qr':
      return { type: 'code', qr: event.qr, expiresInMs: event.expiresInMs };
    case 'linked':
      return { type: 'linked' };
    case 'open': {
      const { waJid, waLid, pushName } = event;
      return { type: 'open', identity: { waJid, waLid, pushName }, isOwnPhone: isOwnPhone(phoneE164, waJid) };
    }
    case 'closed': {
      const { code, message } = event;
      // Asked only where it decides. While Firestore cannot be asked, the lease is ours until we learn otherwise.
      const isHeld = code === REPLACED ? await holdsLease().catch(() => true) : true;
      return { type: 'closed', code, message, holdsLease: isHeld, atMs: clock.monotonicMs(), random: random() };
    }
  }
}

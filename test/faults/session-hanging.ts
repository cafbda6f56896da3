/** A session whose writes can be made to hang: whatever waits for one waits for ever. */
import { altered } from '../../socket-host/src/altered.ts';
import type { AccountSession, SessionRow } from '../../socket-host/src/session/types.ts';

export function stoppable() {
  let isHanging = false;
  let ratchets = 0;
  return {
    hang: (): void => {
      isHanging = true;
    },
    resume: (): void => {
      isHanging = false;
    },
    /** How many ratchets were moved and hang. */
    hangingRatchets: (): number => ratchets,
    wrap: (session: AccountSession): AccountSession => {
      const set = (rows: readonly SessionRow[]): Promise<void> => {
        if (!isHanging) return session.set(rows);
        if (rows.some(({ type }) => type === 'session')) ratchets += 1;
        return new Promise(() => undefined);
      };
      return altered(session, { set });
    },
  };
}

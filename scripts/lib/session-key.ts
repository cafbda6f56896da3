/** The key that wraps the session keys of a local run. Kept, so that a link made yesterday can still be read today. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from './repo.ts';

/** 32 bytes as hex, made once and kept in the state folder. */
export function localSessionKey(): string {
  const file = path.join(stateFolder(), 'session-kek');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

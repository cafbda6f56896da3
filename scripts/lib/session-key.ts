/** The key that wraps the session keys of local runs: the same in all of them. The links themselves last as long as their run. */
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

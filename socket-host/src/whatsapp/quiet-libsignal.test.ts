import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import './quiet-libsignal.ts';

const SessionRecord = createRequire(import.meta.url)('libsignal/src/session_record.js') as new () => {
  closeSession(session: unknown): void;
  openSession(session: unknown): void;
};

/** What reaches the process's own output while `task` runs. */
function printedBy(task: () => void): string {
  const written: string[] = [];
  const { stdout, stderr } = process;
  const [toStdout, toStderr] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  const keep = (chunk: string | Uint8Array): boolean => written.push(String(chunk)) > 0;
  stdout.write = keep;
  stderr.write = keep;
  try {
    task();
  } finally {
    stdout.write = toStdout;
    stderr.write = toStderr;
  }
  return written.join('');
}

describe('the console', () => {
  it('shows no session record that libsignal prints', () => {
    const session = { indexInfo: { closed: -1 }, currentRatchet: { privKey: 'a private key' } };
    const printed = printedBy(() => {
      const record = new SessionRecord();
      record.closeSession(session);
      record.closeSession(session);
      record.openSession(session);
      record.openSession(session);
    });
    assert.equal(printed, '');
  });

  it('still shows what anybody else prints', () => {
    const printed = printedBy(() => {
      console.info('one');
      console.warn('two');
      console.error('three');
    });
    assert.equal(printed, 'one\ntwo\nthree\n');
  });
});

import assert from 'node:assert/strict';
import { createLogger } from './logger.ts';

/** Logs an error and reads back what stands in the line of it. */
function logged(err: unknown): Record<string, unknown> {
  let line = '';
  const logger = createLogger('info', 'host', { write: (text: string) => void (line += text) });
  logger.error({ err }, 'something failed');
  assert.ok(!line.includes('40712345678'), line);
  return (JSON.parse(line) as { err: Record<string, unknown> }).err;
}

const PATH = 'threads/shop__40712345678@s.whatsapp.net';

describe('an error in the log', () => {
  it('says what failed and where, without the number of a customer', () => {
    const { type, message, code, stack } = logged(Object.assign(new TypeError(`5 NOT_FOUND: ${PATH}`), { code: 5 }));
    assert.deepEqual([type, message, code], ['TypeError', '5 NOT_FOUND: threads/shop__****@s.whatsapp.net', 5]);
    assert.match(String(stack), /logger\.test\.ts:\d+/);
  });

  it('tells its cause the same way', () => {
    const cause = new Error(`no entity to update: ${PATH}`, { cause: PATH });
    assert.deepEqual((logged(new Error('given up', { cause }))['cause'] as Record<string, unknown>)['cause'], {
      type: 'string',
      message: 'threads/shop__****@s.whatsapp.net',
    });
  });
});

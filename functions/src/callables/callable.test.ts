import { errorSchema } from '@switchboard/contract/failure';
import { HttpsError, type CallableRequest } from 'firebase-functions/https';
import assert from 'node:assert/strict';
import { callable } from './callable.ts';

describe('a callable', () => {
  const echo = callable((caller, data) => Promise.resolve({ by: caller?.uid ?? null, data }));
  /** As the functions runtime hands it over; what the wrapper does not read is left out. */
  const request = (fields: Record<string, unknown>) =>
    ({ data: 'hello', acceptsStreaming: false, ...fields }) as unknown as CallableRequest;
  const verified = { app: { appId: 'console', token: {} } };

  afterEach(() => {
    delete process.env['ENFORCE_APP_CHECK'];
  });

  it('is told who calls', async () => {
    const auth = { uid: 'ana', token: { email: 'ana@demo.test' } };
    assert.deepEqual(await echo.run(request({ auth })), { by: 'ana', data: 'hello' });
    assert.deepEqual(await echo.run(request({})), { by: null, data: 'hello' });
  });

  it('is refused to an app that App Check has not verified, where that is asked for', async () => {
    process.env['ENFORCE_APP_CHECK'] = 'true';
    await assert.rejects(Promise.resolve(echo.run(request({}))), (error) => {
      assert.ok(error instanceof HttpsError);
      assert.equal(error.code, 'unauthenticated');
      assert.equal(errorSchema.parse(error.details).code, 'app_not_verified');
      return true;
    });
    assert.deepEqual(await echo.run(request(verified)), { by: null, data: 'hello' });
  });
});

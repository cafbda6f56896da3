import assert from 'node:assert/strict';
import { parseSettings, splitAddress } from './settings.ts';

const firebase = { apiKey: 'key', projectId: 'demo', appId: '1' };

describe('the settings of a deployment', () => {
  it('need no more than what Firebase Hosting answers', () => {
    const settings = parseSettings({ firebase });
    assert.deepEqual(settings.firebase, firebase);
    assert.equal(settings.emulators, null);
    assert.equal(settings.hasGoogleSignIn, false);
  });

  it('say what they lack', () => {
    assert.throws(() => parseSettings({ firebase: { apiKey: 'key' } }), /projectId/);
    assert.throws(() => parseSettings(null), /apiKey/);
    assert.throws(() => parseSettings({ firebase, emulators: { auth: '127.0.0.1:1' } }), /firestore/);
  });

  it('name sign-ins only beside emulators', () => {
    const demoSignIns = [{ email: 'a@demo.test', password: 'p' }];
    const emulators = { auth: '127.0.0.1:1', firestore: '127.0.0.1:2', functions: '127.0.0.1:3' };
    assert.deepEqual(parseSettings({ firebase, demoSignIns }).demoSignIns, []);
    assert.deepEqual(parseSettings({ firebase, emulators, demoSignIns }).demoSignIns, demoSignIns);
  });

  it('hold addresses in two parts', () => {
    assert.deepEqual(splitAddress('127.0.0.1:8085'), { host: '127.0.0.1', port: 8085 });
  });
});

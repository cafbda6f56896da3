import assert from 'node:assert/strict';
import { errorSchema, type ErrorInfo, type FailureCode } from '@switchboard/contract/failure';
import { accountIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FirebaseError } from 'firebase/app';
import { doc, getDoc, onSnapshot, serverTimestamp, setDoc } from 'firebase/firestore';
import { FunctionsError, httpsCallable } from 'firebase/functions';
import { Timestamp } from 'firebase-admin/firestore';
import { accountOfRequest, askAccount } from '../support/journey.ts';
import { adminFirestore } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitForDocument, type Parser } from '../support/wait.ts';

/** Reads the error of a document that was rejected, and of no other. */
const rejection: Parser<ErrorInfo> = {
  parse(document) {
    assert.ok(typeof document === 'object' && document !== null && 'status' in document && 'error' in document);
    assert.equal(document.status, 'rejected');
    return errorSchema.parse(document.error);
  },
};

describe('what cannot be done is refused with a code and a message', () => {
  let agent: Staff;
  let manager: Staff;
  let accountId: string;

  before(async () => {
    [agent, manager] = [await signInAs('agent'), await signInAs('manager')];
    accountId = await accountOfRequest(await askAccount(manager, { type: 'add', name: 'Shop', phone: freshPhone() }));
  });
  // Nobody will ever scan its QR code, so no host need go on showing it.
  after(() =>
    adminFirestore()
      .doc(paths.account(accountId))
      .update({ status: 'deleted', desired: 'deleted', pendingRequest: null }),
  );

  /** Fields of a valid entry, changed by `fields`; `undefined` takes one away. */
  function entry(fields: Record<string, unknown>): Record<string, unknown> {
    const all: Record<string, unknown> = {
      accountId,
      toPhone: freshPhone(),
      payload: { kind: 'text', text: 'Good morning' },
      status: 'queued',
      ...fields,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** As a front end does: under the rules, with the server's time. @returns the path of what was written. */
  async function writeAs(staff: Staff, path: string, fields: Record<string, unknown>): Promise<string> {
    await setDoc(doc(staff.db, path), { createdBy: staff.uid, createdAt: serverTimestamp(), ...fields });
    return path;
  }

  /** As a server does: past the rules. @returns the path of what was written. */
  async function writePastRules(path: string, fields: Record<string, unknown>): Promise<string> {
    await adminFirestore()
      .doc(path)
      .set({ createdBy: agent.uid, createdAt: Timestamp.now(), ...fields });
    return path;
  }

  function refusalOf(path: string): Promise<ErrorInfo> {
    const document = adminFirestore().doc(path);
    const what = `${path} to be rejected`;
    return waitForDocument(document, rejection, () => true, { what });
  }

  async function assertRefused(path: string, code: FailureCode, field: string): Promise<void> {
    const error = await refusalOf(path);
    assert.deepEqual({ code: error.code, field: error.field }, { code, field });
    assert.ok(error.message.length > 10, error.message);
  }

  async function assertStoppedByRules(write: Promise<unknown>): Promise<void> {
    await assert.rejects(write, (error) => error instanceof FirebaseError && error.code === 'permission-denied');
  }

  describe('an outbox document', () => {
    const outbox = () => paths.outbox(freshId('refused'));
    const cases: readonly [string, Record<string, unknown>, FailureCode, string][] = [
      ['an unknown account', { accountId: accountIdOf('demo', '+40799999999') }, 'unknown_account', 'accountId'],
      ['no text', { payload: { kind: 'text' } }, 'text_missing', 'payload.text'],
      ['70,000 characters', { payload: { kind: 'text', text: 'x'.repeat(70_000) } }, 'text_too_long', 'payload.text'],
      ['a bad phone', { toPhone: '0712' }, 'invalid_phone', 'toPhone'],
      ['no recipient', { toPhone: undefined }, 'invalid_request', 'toPhone'],
      [
        'an extra field in the payload',
        { payload: { kind: 'text', text: 'a', bold: 1 } },
        'invalid_request',
        'payload.bold',
      ],
    ];
    for (const [what, fields, code, field] of cases) {
      it(`with ${what}`, async () => assertRefused(await writeAs(agent, outbox(), entry(fields)), code, field));
    }

    it('with an extra field, by the rules and, past them, by the function', async () => {
      const fields = entry({ bold: true });
      await assertStoppedByRules(writeAs(agent, outbox(), fields));
      await assertRefused(await writePastRules(outbox(), fields), 'invalid_request', 'bold');
    });

    it("with someone else's uid, by the rules and, past them, when nobody has that uid", async () => {
      await assertStoppedByRules(writeAs(agent, outbox(), entry({ createdBy: manager.uid })));
      await assertRefused(await writePastRules(outbox(), entry({ createdBy: 'nobody' })), 'unknown_user', 'createdBy');
    });

    it('and its author sees why, without asking a server', async () => {
      const path = await writeAs(agent, outbox(), entry({ payload: { kind: 'text', text: ' ' } }));
      const seen = await new Promise((resolve, reject) => {
        const stop = onSnapshot(
          doc(agent.db, path),
          (snapshot) => {
            if (snapshot.get('status') !== 'rejected') return;
            stop();
            resolve(snapshot.get('error'));
          },
          reject,
        );
      });
      assert.deepEqual(seen, { code: 'text_missing', message: 'A text message needs a text.', field: 'payload.text' });
    });

    it('and nothing of it is left in a thread', async () => {
      const path = await writeAs(agent, outbox(), entry({ toPhone: '12' }));
      await refusalOf(path);
      const stored = await getDoc(doc(agent.db, path));
      assert.equal(stored.get('threadId'), undefined);
      assert.equal(stored.get('waMessageId'), undefined);
    });
  });

  describe('an account request', () => {
    const request = () => paths.accountRequest(freshId('refused'));
    const add = { type: 'add', name: 'Shop', status: 'queued' };

    it('with a bad phone', async () => {
      await assertRefused(await writeAs(manager, request(), { ...add, phone: '12' }), 'invalid_phone', 'phone');
    });

    it('for an account nobody knows', async () => {
      const fields = { type: 'connect', accountId: accountIdOf('demo', '+40799999999'), status: 'queued' };
      await assertRefused(await writeAs(manager, request(), fields), 'unknown_account', 'accountId');
    });

    it('of an agent, by the rules and, past them, by the function', async () => {
      const fields = { ...add, phone: freshPhone() };
      await assertStoppedByRules(writeAs(agent, request(), fields));
      await assertRefused(await writePastRules(request(), fields), 'permission_denied', 'createdBy');
    });
  });

  it('a manager who makes themself admin, by the callable, with the code in the details', async () => {
    const setUserRole = httpsCallable(manager.functions, 'setUserRole');
    await assert.rejects(setUserRole({ uid: manager.uid, role: 'admin' }), (error) => {
      assert.ok(error instanceof FunctionsError);
      assert.equal(error.code, 'functions/permission-denied');
      assert.equal(errorSchema.parse(error.details).code, 'permission_denied');
      return true;
    });
  });
});

import assert from 'node:assert/strict';
import type { WASocket } from '@whiskeysockets/baileys';
import { createAccountMemory } from './account-memory.ts';
import { prepareGroup, preparePerson, type RecipientDependencies } from './recipient.ts';

const GROUP = '1203@g.us';
const PERSON = '123@lid';
const ME = { id: '407:1@s.whatsapp.net', lid: '789:1@lid' };
const DEVICES = ['123@lid', '123:3@lid', '456@lid', '456:99@hosted.lid'];

/** @param given the devices that already have the group's key, and those there is a session with. */
function scene(given: { readonly withGroupKey?: readonly string[]; readonly withSession?: readonly string[] }) {
  const asked: string[] = [];
  let isInTransaction = false;
  const transaction = async (work: () => Promise<void>, of: string): Promise<void> => {
    assert.equal(of, ME.id, 'the mutex of a send of the library');
    isInTransaction = true;
    await work();
    isInTransaction = false;
  };
  const sock = {
    user: ME,
    authState: { creds: { me: ME }, keys: { transaction } },
    getUSyncDevices: () => {
      const listed = DEVICES.map((jid) => ({
        jid,
        user: jid.slice(0, 3),
        device: Number(/:(\d+)/.exec(jid)?.[1] ?? 0),
      }));
      return Promise.resolve(listed);
    },
    assertSessions: (jids: string[]) => {
      asked.push(...jids.map((jid) => (isInTransaction ? `${jid} in one commit` : jid)));
      return Promise.resolve(true);
    },
    groupMetadata: () => Promise.resolve({ id: GROUP, participants: [{ id: PERSON }, { id: '456@lid' }] }),
    signalRepository: {
      validateSession: (jid: string) => Promise.resolve({ exists: given.withSession?.includes(jid) === true }),
    },
  };
  const hasKey = Object.fromEntries((given.withGroupKey ?? []).map((jid) => [jid, true]));
  const keys = { get: () => Promise.resolve({ [GROUP]: hasKey }), set: () => undefined };
  const dependencies = {
    sock: sock as unknown as WASocket,
    keys,
    memory: createAccountMemory(),
    session: { get: () => undefined },
  } as unknown as RecipientDependencies;
  return { asked, dependencies };
}

describe('before anything is sent', () => {
  it('a person is certainly not written to while there is a session with none of their devices', async () => {
    const { dependencies } = scene({ withSession: ['456@lid'] });
    await dependencies.memory.devices.set('123', []);
    const outcome = await preparePerson(dependencies, PERSON);
    assert.deepEqual([outcome.kind, outcome.kind === 'not-sent' && outcome.reason], ['not-sent', 'not-encrypted']);
    assert.equal(await dependencies.memory.devices.get('123'), undefined, 'the next try asks for their devices again');
  });

  it('one device of a person is enough', async () => {
    const outcome = await preparePerson(scene({ withSession: ['123:3@lid'] }).dependencies, PERSON);
    assert.deepEqual(outcome, { kind: 'jid', jid: PERSON });
  });

  it('sessions are wanted with the devices in a group that lack its key, and that the library gives one', async () => {
    const { asked, dependencies } = scene({ withGroupKey: ['123@lid'] });
    await prepareGroup(dependencies, GROUP);
    assert.deepEqual(asked, ['123:3@lid in one commit', '456@lid in one commit']);
  });
});

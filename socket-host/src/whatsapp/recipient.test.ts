import assert from 'node:assert/strict';
import type { WASocket } from '@whiskeysockets/baileys';
import { createAccountMemory } from './account-memory.ts';
import { prepareGroup, preparePerson, type RecipientDependencies } from './recipient.ts';

const GROUP = '1203@g.us';
const PERSON = '123@lid';
const DEVICES = ['123@lid', '123:3@lid', '456@lid', '456:99@hosted.lid'];

/** @param given the devices that already have the group's key, and those there is a session with. */
function scene(given: { readonly withGroupKey?: readonly string[]; readonly withSession?: readonly string[] }) {
  const asked: string[] = [];
  const sock = {
    user: { id: '407:1@s.whatsapp.net', lid: '789:1@lid' },
    getUSyncDevices: () => {
      const listed = DEVICES.map((jid) => ({
        jid,
        user: jid.slice(0, 3),
        device: Number(/:(\d+)/.exec(jid)?.[1] ?? 0),
      }));
      return Promise.resolve(listed);
    },
    assertSessions: (jids: string[]) => {
      asked.push(...jids);
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
    const outcome = await preparePerson(scene({ withSession: ['456@lid'] }).dependencies, PERSON);
    assert.deepEqual([outcome.kind, outcome.kind === 'not-sent' && outcome.reason], ['not-sent', 'not-encrypted']);
  });

  it('one device of a person is enough', async () => {
    const outcome = await preparePerson(scene({ withSession: ['123:3@lid'] }).dependencies, PERSON);
    assert.deepEqual(outcome, { kind: 'jid', jid: PERSON });
  });

  it('sessions are wanted with the devices in a group that lack its key, and that the library gives one', async () => {
    const { asked, dependencies } = scene({ withGroupKey: ['123@lid'] });
    await prepareGroup(dependencies, GROUP);
    assert.deepEqual(asked, ['123:3@lid', '456@lid']);
  });
});

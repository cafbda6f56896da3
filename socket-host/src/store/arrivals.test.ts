import assert from 'node:assert/strict';
import { identityIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { emulatedFirestore, freshId } from './emulator.ts';
import { storeArrival, type Arrival } from './arrivals.ts';
import { findThread, type Customer, type KnownThread } from './threads.ts';

const PHONE_JID = '40712345678@s.whatsapp.net';
const CUSTOMER: Customer = { jids: ['9871234@lid', PHONE_JID], displayName: 'Ana' };

function arrivalIn(accountId: string, thread: KnownThread): Arrival {
  return {
    account: { accountId, team: 'main' },
    thread,
    customer: CUSTOMER,
    message: {
      direction: 'inbound',
      kind: 'text',
      body: 'hello',
      searchTokens: [],
      quotedId: null,
      quoted: null,
      status: 'received',
      waMessageId: freshId('WIRE'),
      senderJid: '9871234@lid',
      senderName: 'Ana',
    },
    sentAt: null,
    at: new Date(),
    countsAsUnread: true,
    isHistory: false,
    isLate: false,
  };
}

describe('an arrival from a customer nobody knew', () => {
  const db = emulatedFirestore();

  it('makes no second thread when staff have made one since it was looked for', async () => {
    const accountId = freshId('account');
    const arrival = arrivalIn(accountId, await findThread(db, accountId, CUSTOMER));
    await db.doc(paths.identity(identityIdOf(accountId, PHONE_JID))).create({ threadId: 'made-by-staff' });
    assert.equal((await storeArrival(db, arrival)).became, 'outdated');
    assert.equal((await db.doc(paths.thread(arrival.thread.threadId)).get()).exists, false);
    assert.equal((await findThread(db, accountId, CUSTOMER)).threadId, 'made-by-staff');
  });

  it('is stored once however often it comes', async () => {
    const accountId = freshId('account');
    const arrival = arrivalIn(accountId, await findThread(db, accountId, CUSTOMER));
    assert.equal((await storeArrival(db, arrival)).became, 'stored');
    assert.equal((await storeArrival(db, arrival)).became, 'repeated');
    const known = await findThread(db, accountId, CUSTOMER);
    assert.equal((await storeArrival(db, { ...arrival, thread: known })).became, 'repeated');
  });
});

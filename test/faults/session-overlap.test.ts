/** Sending to a person at the very moment a message of theirs is decrypted costs neither message its readability. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { simulator } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';
import type { WhatsAppSocket } from '../../socket-host/src/whatsapp/types.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';

const CUSTOMERS = 10;
/** Of each customer; the issue asks for 200 overlaps in all. */
const ROUNDS = 20;

function textsOf(life: Life): string[] {
  return life.events.flatMap((event) => {
    if (event.type !== 'message') return [];
    const { content } = event.message;
    return [content.kind === 'text' ? content.text : content.kind];
  });
}

async function send(socket: WhatsAppSocket, customer: string, text: string): Promise<void> {
  const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
  const built = socket.buildMessage({ kind: 'text', text });
  const outcome = await socket.send(`${customer.slice(1)}@s.whatsapp.net`, id, built);
  assert.equal(outcome.kind, 'acked');
}

describe('sends and arrivals of one person', () => {
  afterEach(endAll);

  it(`overlapping ${String(CUSTOMERS * ROUNDS)} times leave nothing undecryptable on either side`, async () => {
    const account = await LivingAccount.linked();
    const life = await account.live();
    const socket = await life.open();
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => newCustomer()));
    for (const customer of customers) await send(socket, customer, 'first');
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = String(round);
      // A person's message is on its way through the ratchet while theirs is being encrypted, and each round the ratchet turns.
      await Promise.all(
        customers.flatMap((customer) => [
          simulator.send(customer, { to: account.phone, text: `${customer} ${name}` }),
          send(socket, customer, `out ${name}`),
        ]),
      );
      const expected = customers.map((customer) => `${customer} ${name}`);
      const areHere = (texts: string[]) => expected.every((text) => texts.includes(text));
      await waitFor(() => textsOf(life), areHere, { what: `round ${name} to arrive`, timeoutMs: 60_000 });
    }
    assert.ok(!textsOf(life).includes('undecryptable'));
    for (const customer of customers) {
      const shown = (await simulator.messages(customer, account.phone)).filter(({ fromMe }) => !fromMe);
      assert.equal(shown.length, ROUNDS + 1);
      const hurt = shown.filter(({ copies, undecryptable }) => copies !== 1 || undecryptable !== 0);
      assert.deepEqual(hurt, []);
    }
  });
});

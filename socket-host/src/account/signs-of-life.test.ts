import assert from 'node:assert/strict';
import { handClock } from '../hand-clock.ts';
import type { WireContent, WireMessage } from '../whatsapp/types.ts';
import { SignsOfLife } from './signs-of-life.ts';

const UNREADABLE: WireContent = { kind: 'undecryptable' };
const READABLE: WireContent = { kind: 'text', text: 'hello' };

function message(waMessageId: string, content: WireContent): WireMessage {
  const who = { chatJid: '1@lid', chatAltJid: null, isGroup: false, senderJid: null, senderName: null };
  return { ...who, waMessageId, content, source: 'live', fromMe: false, sentAt: null };
}

function observed() {
  const clock = handClock();
  const seen = { notes: 0, troubles: [] as number[], cures: 0 };
  const signs = new SignsOfLife({
    clock,
    note: () => {
      seen.notes += 1;
    },
    onUnreadable: (count) => seen.troubles.push(count),
    onReadable: () => {
      seen.cures += 1;
    },
  });
  return { clock, seen, signs };
}

describe('the signs of life of an account', () => {
  it('are noted at once, then every five minutes at most', () => {
    const { clock, seen, signs } = observed();
    for (let second = 0; second < 600; second += 1) {
      signs.eventCame();
      clock.advance(1_000);
    }
    assert.equal(seen.notes, 2);
  });

  it('are trouble when ten messages cannot be read', () => {
    const { seen, signs } = observed();
    for (let id = 1; id <= 9; id += 1) signs.messageCame(message(String(id), UNREADABLE));
    signs.messageCame(message('another', READABLE));
    assert.deepEqual(seen.troubles, []);
    signs.messageCame(message('10', UNREADABLE));
    assert.deepEqual(seen.troubles, [10]);
  });

  it('say once that trouble is over, whenever it began, when ten messages in a row can be read', () => {
    const { seen, signs } = observed();
    const read = (count: number, source: WireMessage['source'] = 'live'): void => {
      for (let id = 1; id <= count; id += 1) signs.messageCame({ ...message(`read ${String(id)}`, READABLE), source });
    };
    read(20, 'history');
    read(9);
    signs.messageCame(message('unreadable', UNREADABLE));
    read(9);
    assert.equal(seen.cures, 0);
    read(20);
    assert.equal(seen.cures, 1);
    for (let id = 1; id <= 10; id += 1) signs.messageCame(message(String(id), UNREADABLE));
    read(20);
    assert.deepEqual([seen.troubles, seen.cures], [[10], 2]);
  });

  it('are no trouble when each can be read once it is repeated', () => {
    const { seen, signs } = observed();
    for (let id = 1; id <= 50; id += 1) {
      signs.messageCame(message(String(id), UNREADABLE));
      if (id > 5) signs.messageCame(message(String(id - 5), READABLE));
    }
    assert.deepEqual(seen.troubles, []);
  });

  it('are no trouble when the same one comes again and again, or they are far apart', () => {
    const { clock, seen, signs } = observed();
    for (let id = 1; id <= 50; id += 1) {
      signs.messageCame(message('the same', UNREADABLE));
      signs.messageCame(message(String(id), UNREADABLE));
      clock.advance(120_000);
    }
    assert.deepEqual(seen.troubles, []);
  });
});

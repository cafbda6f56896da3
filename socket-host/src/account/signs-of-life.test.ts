import assert from 'node:assert/strict';
import { handClock } from '../hand-clock.ts';
import type { WireContent, WireMessage } from '../whatsapp/types.ts';
import type { LifeNote } from './life-notes.ts';
import { SignsOfLife } from './signs-of-life.ts';

const UNREADABLE: WireContent = { kind: 'undecryptable' };
const READABLE: WireContent = { kind: 'text', text: 'hello' };

function message(waMessageId: string, content: WireContent): WireMessage {
  const who = { chatJid: '1@lid', chatAltJid: null, isGroup: false, senderJid: null, senderName: null };
  return { ...who, waMessageId, content, source: 'live', fromMe: false, sentAt: null };
}

function observed() {
  const clock = handClock();
  const seen = { notes: [] as LifeNote[], troubles: [] as number[], cures: 0 };
  const signs = new SignsOfLife({
    clock,
    note: (note) => seen.notes.push(note),
    onUnreadable: (count) => seen.troubles.push(count),
    onReadable: () => {
      seen.cures += 1;
    },
  });
  return { clock, seen, signs };
}

describe('the signs of life of an account', () => {
  it('are of a message when one comes that is no history, or leaves', () => {
    const { clock, seen, signs } = observed();
    const later = (): void => {
      clock.advance(3_600_000);
    };
    signs.eventCame();
    later();
    signs.messageCame({ ...message('old', READABLE), source: 'history' });
    later();
    signs.messageCame(message('new', UNREADABLE));
    later();
    signs.messageLeft();
    signs.stop();
    assert.deepEqual(
      seen.notes.map(({ messageAtMs }) => messageAtMs),
      [null, null, 7_200_000, 10_800_000],
    );
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

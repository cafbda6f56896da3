/** What WhatsApp names when devices change. The shapes are those whatsmeow reads. */
import assert from 'node:assert/strict';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { jidsChangedBy } from './changed-devices.ts';

function node(tag: string, attrs: Record<string, string>, content: BinaryNode[] = []): BinaryNode {
  return { tag, attrs, content };
}

const FROM = { from: '40700000001@s.whatsapp.net', id: '1', t: '1' };

describe('whose devices changed', () => {
  it('is told by the change of one device, by number and by LID', () => {
    const device = node('device', { jid: '40700000001:3@s.whatsapp.net', lid: '123:3@lid', 'key-index': '3' });
    const changed = jidsChangedBy(
      node('notification', { ...FROM, type: 'devices', lid: '123@lid' }, [node('add', {}, [device])]),
    );
    assert.deepEqual(changed, ['40700000001@s.whatsapp.net', '123@lid', '40700000001:3@s.whatsapp.net', '123:3@lid']);
  });

  it('is told by a new hash alone', () => {
    const update = node('update', { hash: '2:abc' });
    assert.deepEqual(jidsChangedBy(node('notification', { ...FROM, type: 'devices' }, [update])), [FROM.from]);
  });

  it('is told by the list of our own', () => {
    const list = node('devices', {}, [node('device', { jid: FROM.from })]);
    const changed = jidsChangedBy(node('notification', { ...FROM, type: 'account_sync' }, [list]));
    assert.deepEqual(changed, [FROM.from, FROM.from]);
  });

  it('is nobody’s when something else of the account changed', () => {
    const blocked = node('blocklist', {}, [node('item', { jid: '40700000002@s.whatsapp.net' })]);
    assert.deepEqual(jidsChangedBy(node('notification', { ...FROM, type: 'account_sync' }, [blocked])), []);
  });
});

import assert from 'node:assert/strict';
import { keepDraft, readDraft } from './drafts.ts';

class MemoryStorage {
  readonly #items = new Map<string, string>();
  isFull = false;
  get length() {
    return this.#items.size;
  }
  key = (index: number) => [...this.#items.keys()][index] ?? null;
  getItem = (key: string) => this.#items.get(key) ?? null;
  removeItem = (key: string) => void this.#items.delete(key);
  setItem = (key: string, value: string) => {
    if (this.isFull) throw new Error('QuotaExceededError');
    this.#items.set(key, value);
  };
}

describe('a draft', () => {
  it('is there again when its thread is opened again, and in no other', () => {
    const storage = new MemoryStorage();
    keepDraft(storage, 'a', 'Bună ziua', 1);
    assert.equal(readDraft(storage, 'a'), 'Bună ziua');
    assert.equal(readDraft(storage, 'b'), '');
  });

  it('is gone once it has no words', () => {
    const storage = new MemoryStorage();
    keepDraft(storage, 'a', 'x', 1);
    keepDraft(storage, 'a', '  \n', 2);
    assert.equal(readDraft(storage, 'a'), '');
    assert.equal(storage.length, 0);
  });

  it('gives way to newer ones when there are too many', () => {
    const storage = new MemoryStorage();
    for (let n = 0; n < 205; n += 1) keepDraft(storage, `t${String(n)}`, 'x', n);
    assert.equal(storage.length, 200);
    assert.equal(readDraft(storage, 't4'), '');
    assert.equal(readDraft(storage, 't5'), 'x');
  });

  it('that something else wrote is none', () => {
    const storage = new MemoryStorage();
    storage.setItem('switchboard.draft.a', 'not json');
    storage.setItem('switchboard.draft.b', '{"text":5}');
    assert.equal(readDraft(storage, 'a'), '');
    assert.equal(readDraft(storage, 'b'), '');
  });

  it('that finds no room breaks nothing', () => {
    const storage = new MemoryStorage();
    storage.isFull = true;
    keepDraft(storage, 'a', 'x', 1);
    assert.equal(readDraft(storage, 'a'), '');
  });
});

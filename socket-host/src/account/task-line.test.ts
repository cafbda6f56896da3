import assert from 'node:assert/strict';
import { TaskLine } from './task-line.ts';

describe('the line of tasks', () => {
  it('does one after the other, and goes on after one that failed', async () => {
    const seen: unknown[] = [];
    const line = new TaskLine((error) => seen.push(error));
    const first = Promise.withResolvers<undefined>();
    const trouble = new Error('trouble');
    line.add(() => first.promise.then(() => void seen.push('first')));
    line.add(() => Promise.reject(trouble));
    line.add(() => Promise.resolve().then(() => void seen.push('last')));
    first.resolve(undefined);
    await line.done();
    assert.deepEqual(seen, ['first', trouble, 'last']);
  });
});

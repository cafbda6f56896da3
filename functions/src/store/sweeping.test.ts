import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { openProject, type EmulatedProject } from './emulated.ts';
import { requestsQueuedBefore } from './sweeping.ts';

describe('account requests that nobody has routed', () => {
  let project: EmulatedProject;

  before(() => {
    project = openProject();
  });
  after(() => project.close());

  it('are found as they were asked, also one that does not say when', async () => {
    const queue = (requestId: string, fields: Record<string, unknown>) =>
      project.db.doc(paths.accountRequest(requestId)).set({ status: 'queued', ...fields });
    await queue('c', { createdAt: Timestamp.fromMillis(1_000) });
    await queue('b', {});
    await queue('a', { createdAt: Timestamp.fromMillis(2_000) });
    await queue('young', { createdAt: Timestamp.fromMillis(3_001) });
    const found: string[] = [];
    for await (const requestId of requestsQueuedBefore(project.db, 3_000)) found.push(requestId);
    assert.deepEqual(found, ['c', 'b', 'a']);
  });
});

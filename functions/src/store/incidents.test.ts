import { incidentSchema } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import assert from 'node:assert/strict';
import { openProject, type EmulatedProject } from './emulated.ts';
import { reportIncidents } from './incidents.ts';

describe('incidents of more accounts than a run may write', () => {
  let project: EmulatedProject;

  before(() => {
    project = openProject();
  });
  after(() => project.close());

  const accounts = ['a', 'b', 'c', 'd', 'e'];
  const report = (ids: readonly string[]) =>
    reportIncidents(project.db, 'host_silent', new Map(ids.map((id) => [id, { hostId: 'dead' }])), 2);

  /** How often each was counted, and which are over. */
  async function shown(): Promise<readonly [counts: number[], over: string[]]> {
    const refs = accounts.map((id) => project.db.doc(paths.incident(incidentIdOf(id, 'host_silent'))));
    const found = (await project.db.getAll(...refs)).filter(({ exists }) => exists);
    const incidents = found.map((incident) => incidentSchema.parse(incident.data()));
    const over = incidents.filter(({ resolvedAt }) => resolvedAt !== null).map(({ accountId }) => accountId);
    return [incidents.map(({ count }) => count), over];
  }

  it('are opened by as many runs as it takes, each once, before any is counted, and counted in turn', async () => {
    assert.deepEqual([await report(accounts), await shown()], [2, [[1, 1], []]]);
    assert.deepEqual([await report(accounts), await shown()], [2, [[1, 1, 1, 1], []]]);
    assert.deepEqual([await report(accounts), (await shown())[0].toSorted()], [1, [1, 1, 1, 1, 2]]);
    assert.deepEqual([await report(accounts), (await shown())[0].toSorted()], [0, [1, 1, 2, 2, 2]]);
  });

  it('end by as many runs as it takes, and what goes on is left alone', async () => {
    assert.deepEqual([await report(['c']), (await shown())[1].length], [0, 2]);
    assert.deepEqual([await report(['c']), (await shown())[1]], [0, ['a', 'b', 'd', 'e']]);
    assert.deepEqual([await report([]), (await shown())[1]], [0, accounts]);
  });

  it('are opened, and end, behind one that cannot be', async () => {
    await report(['a']);
    await assert.rejects(report(['no/account', 'b']), AggregateError);
    const [, over] = await shown();
    assert.deepEqual(over, ['a', 'c', 'd', 'e']);
  });
});

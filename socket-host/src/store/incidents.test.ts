import assert from 'node:assert/strict';
import { describeIncident, INCIDENT_TYPES, incidentSchema, type Incident } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { emulatedFirestore, freshId } from './emulator.ts';
import { openIncident, resolveIncidents } from './incidents.ts';

const db = emulatedFirestore();

async function read(accountId: string, type = 'restricted'): Promise<Incident> {
  return incidentSchema.parse((await db.doc(paths.incident(incidentIdOf(accountId, type))).get()).data());
}

describe('an incident', () => {
  it('says what happened, how grave it is and since when', async () => {
    const accountId = freshId('account');
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: { code: 403 } });
    const incident = await read(accountId);
    assert.equal(incident.severity, 'high');
    assert.equal(incident.message, describeIncident('restricted').message);
    assert.deepEqual([incident.count, incident.resolvedAt, incident.details['code']], [1, null, 403]);
  });

  it('that comes again is the same one, with the last particulars', async () => {
    const accountId = freshId('account');
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: { code: 403 } });
    const first = await read(accountId);
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: { code: 406 } });
    const again = await read(accountId);
    assert.deepEqual([again.count, again.details['code']], [2, 406]);
    assert.equal(again.ts.toMillis(), first.ts.toMillis());
    assert.ok(again.lastAt.toMillis() >= first.lastAt.toMillis());
  });

  it('of every kind is resolved when the account is well, and of no other account', async () => {
    const [accountId, other] = [freshId('account'), freshId('account')];
    for (const type of INCIDENT_TYPES) await openIncident(db, { accountId, epoch: 1 }, { type, details: {} });
    await openIncident(db, { accountId: other, epoch: 1 }, { type: 'conflict', details: {} });
    assert.equal(await resolveIncidents(db, { accountId, epoch: 1 }), INCIDENT_TYPES.length);
    for (const type of INCIDENT_TYPES) assert.notEqual((await read(accountId, type)).resolvedAt, null);
    assert.equal((await read(other, 'conflict')).resolvedAt, null);
    assert.equal(await resolveIncidents(db, { accountId, epoch: 1 }), 0);
  });

  it('of one kind is resolved alone', async () => {
    const accountId = freshId('account');
    for (const type of ['connection_lost', 'conflict'] as const)
      await openIncident(db, { accountId, epoch: 1 }, { type, details: {} });
    assert.equal(await resolveIncidents(db, { accountId, epoch: 1 }, ['connection_lost']), 1);
    assert.notEqual((await read(accountId, 'connection_lost')).resolvedAt, null);
    assert.equal((await read(accountId, 'conflict')).resolvedAt, null);
  });

  it('after it was resolved is a new one', async () => {
    const accountId = freshId('account');
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: {} });
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: {} });
    await resolveIncidents(db, { accountId, epoch: 1 });
    await openIncident(db, { accountId, epoch: 1 }, { type: 'restricted', details: {} });
    const incident = await read(accountId);
    assert.deepEqual([incident.count, incident.resolvedAt], [1, null]);
  });
});

/** Groups of the simulated network, as these tests use them. */
import { objectIn, textIn } from '../../scripts/lib/json.ts';
import { stack } from '../support/stack.ts';

async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${stack.simulatorUrl()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path} was answered with ${String(answer.status)}: ${await answer.text()}`);
  return objectIn(await answer.json(), path);
}

/** @returns the group's id. */
export async function makeGroup(owner: string, participants: readonly string[]): Promise<string> {
  return textIn(await post('/groups', { subject: 'Neighbours', owner, participants }), 'id', 'the group');
}

export async function writeToGroup(group: string, from: string, text: string): Promise<void> {
  await post(`/groups/${encodeURIComponent(group)}/messages`, { from, text });
}

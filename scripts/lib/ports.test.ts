import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { fixedPorts, freePort, freePorts } from './ports.ts';
import { StartError } from './until.ts';

async function moved(): Promise<Record<string, string>> {
  const ports = await freePorts();
  const variable = (part: string) =>
    `SWITCHBOARD_PORT_${part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return Object.fromEntries(Object.entries(ports).map(([part, port]) => [variable(part), String(port)]));
}

async function holding<T>(port: number, use: () => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    return await use();
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the ports of a local run', () => {
  it('can each be moved by the environment', async () => {
    const environment = { ...(await moved()), SWITCHBOARD_PORT_SIMULATOR: String(await freePort()) };
    const ports = await fixedPorts(environment, 1, []);
    assert.equal(String(ports.simulator), environment.SWITCHBOARD_PORT_SIMULATOR);
  });

  it('that are taken are named, with the part that wants them and how to move it', async () => {
    const environment = await moved();
    const port = Number(environment['SWITCHBOARD_PORT_FIRESTORE']);
    const outcome = holding(port, () => fixedPorts(environment, 1, []));
    await assert.rejects(outcome, (error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, new RegExp(`Port ${String(port)} is taken; the Firestore emulator wants it`));
      assert.match(error.message, /SWITCHBOARD_PORT_FIRESTORE=\d+ npm start/);
      return true;
    });
  });

  it('include one for each host', async () => {
    const second = await freePort();
    const environment = { ...(await moved()), SWITCHBOARD_PORT_HOST: String(second - 1) };
    const outcome = holding(second, () => fixedPorts(environment, 2, []));
    await assert.rejects(outcome, new RegExp(`Port ${String(second)} is taken; the socket host wants it`));
  });

  it('may be taken where the part is not started', async () => {
    const environment = await moved();
    const port = Number(environment['SWITCHBOARD_PORT_SIMULATOR']);
    const ports = await holding(port, () => fixedPorts(environment, 1, ['simulator']));
    assert.equal(ports.simulator, port);
  });

  it('must be numbers', async () => {
    const environment = { ...(await moved()), SWITCHBOARD_PORT_HUB: 'four' };
    await assert.rejects(fixedPorts(environment, 1, []), /SWITCHBOARD_PORT_HUB is "four"/);
  });

  it('for tests are all different', async () => {
    const ports = Object.values(await freePorts());
    assert.equal(new Set(ports).size, ports.length);
  });
});

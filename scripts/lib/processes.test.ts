import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isAlive } from './marks.ts';
import { startChild, type Child } from './processes.ts';
import { ROOT } from './repo.ts';
import { StartError, untilReady } from './until.ts';

/** Starts a process in a session of its own, as the emulators do, says its id, and does not care for SIGTERM itself. */
const STUBBORN_WITH_CHILD = `
  const { spawn } = require('node:child_process');
  const sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  process.on('SIGTERM', () => {});
  console.log('ids ' + process.pid + ' ' + sleeper.pid + ' end');
  setInterval(() => {}, 1000);
`;

let folder = '';

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchboard-processes-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

async function untilDead(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await delay(20);
}

function idsIn(output: string): number[] {
  const ids = /ids (\d+) (\d+) end/.exec(output);
  return ids ? [Number(ids[1]), Number(ids[2])] : [];
}

function start(name: string, script: string): Child {
  const output = { file: path.join(folder, `${name}.log`) };
  return startChild({ name, command: process.execPath, args: ['-e', script], output });
}

async function startStubborn(name: string): Promise<{ child: Child; pids: number[] }> {
  const child = start(name, STUBBORN_WITH_CHILD);
  await untilReady(child, 20_000, () => Promise.resolve(idsIn(child.printed()).length === 2));
  return { child, pids: idsIn(child.printed()) };
}

describe('a started program', () => {
  it('that is killed leaves no process behind, not even one in another session', async () => {
    const { child, pids } = await startStubborn('killed');
    assert.ok(pids.every(isAlive));
    await child.kill();
    assert.deepEqual(pids.filter(isAlive), []);
    assert.deepEqual(child.exit(), { code: null, signal: 'SIGKILL' });
  });

  it('that is asked to stop may finish first', async () => {
    const child = start(
      'polite',
      "process.on('SIGTERM', () => process.exit(7)); console.log('up'); setInterval(() => {}, 1000);",
    );
    await untilReady(child, 20_000, () => Promise.resolve(child.printed().includes('up')));
    await child.stop();
    assert.deepEqual(child.exit(), { code: 7, signal: null });
  });

  it('that ends while starting is reported with what it printed', async () => {
    const child = start('broken', "console.error('no such setting: PORT'); process.exit(3);");
    const outcome = untilReady(child, 20_000, () => Promise.resolve(false));
    await assert.rejects(outcome, (error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, /broken ended while starting \(exit code 3\)[^]*no such setting: PORT/);
      return true;
    });
    await child.stop();
  });

  it('goes with the process that started it, even when that one is killed with SIGKILL', async () => {
    const modules = pathToFileURL(path.join(ROOT, 'scripts', 'lib', 'processes.ts')).href;
    const script = `
      const { startChild } = await import(${JSON.stringify(modules)});
      startChild({ name: 'left behind', command: process.execPath, args: ['-e', ${JSON.stringify(STUBBORN_WITH_CHILD)}], output: 'inherit' });
      setInterval(() => {}, 1000);
    `;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    starter.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (idsIn(output).length === 0) await once(starter.stdout, 'data');
    const pids = idsIn(output);
    assert.ok(pids.every(isAlive));
    starter.kill('SIGKILL');
    await untilDead(pids);
    assert.deepEqual(pids.filter(isAlive), []);
  });
});

/** The bundle as Firebase takes it: one folder, installed from its own package.json, far from this repository. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FUNCTIONS = path.join(import.meta.dirname, '..');

describe('the bundle of the functions', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-functions-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('installs and loads on its own, with all that is deployed', async () => {
    await run(process.execPath, [path.join(FUNCTIONS, 'build.mjs')]);
    for (const file of ['index.js', 'package.json']) {
      await cp(path.join(FUNCTIONS, 'dist', file), path.join(folder, file));
    }
    const npm = ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', npm, { cwd: folder });
    const list = "import('./index.js').then((all) => console.log(JSON.stringify(Object.keys(all).sort())))";
    const { stdout } = await run(process.execPath, ['-e', list], { cwd: folder });
    const source = await readFile(path.join(FUNCTIONS, 'src', 'index.ts'), 'utf8');
    const exported = [...source.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
    assert.deepEqual(JSON.parse(stdout), exported.sort());
    assert.ok(exported.includes('onOutboxCreated') && exported.includes('sweepOutbox'));
  }).timeout(240_000);
});

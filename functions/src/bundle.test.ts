/** The bundle as Firebase takes it: one folder, installed from its own lockfile, far from this repository. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FUNCTIONS = path.join(import.meta.dirname, '..');

/** `name@version` of every package in a lockfile. */
async function versionsIn(lockfile: string): Promise<string[]> {
  const { packages } = JSON.parse(await readFile(lockfile, 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  return Object.entries(packages).map(
    ([place, { version }]) => `${place.split('node_modules/').at(-1) ?? ''}@${version}`,
  );
}

describe('the bundle of the functions', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-functions-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('installs and loads on its own, with all that is deployed', async () => {
    // What some other install left in npm's cache must not be what makes it work.
    const env = { ...process.env, npm_config_cache: path.join(folder, 'empty-cache') };
    for (const script of ['build.mjs', 'lock.mjs'])
      await run(process.execPath, [path.join(FUNCTIONS, script)], { env });
    for (const file of ['index.js', 'package.json', 'package-lock.json']) {
      await cp(path.join(FUNCTIONS, 'dist', file), path.join(folder, file));
    }
    const npm = ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', npm, { cwd: folder });
    const [installed, ours] = [
      await versionsIn(path.join(folder, 'node_modules', '.package-lock.json')),
      await versionsIn(path.join(FUNCTIONS, '..', 'package-lock.json')),
    ];
    assert.deepEqual(
      installed.filter((version) => !ours.includes(version)),
      [],
      'installed in other versions than here',
    );
    const list = "import('./index.js').then((all) => console.log(JSON.stringify(Object.keys(all).sort())))";
    const { stdout } = await run(process.execPath, ['-e', list], { cwd: folder });
    const source = await readFile(path.join(FUNCTIONS, 'src', 'index.ts'), 'utf8');
    const exported = [...source.matchAll(/export \{([^}]*)\}/g)].flatMap(([, names = '']) => names.match(/\w+/g) ?? []);
    assert.deepEqual(JSON.parse(stdout), exported.sort());
    assert.ok(exported.includes('onOutboxCreated') && exported.includes('sweepOutbox'));
  }).timeout(240_000);
});

/**
 * Bundles the functions into functions/dist, which is what Firebase uploads: workspace code inlined, packages from npm
 * left to the installation there, in the versions of this repository (`lock.mjs`).
 */
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const outdir = `${here}dist`;

/** @param {string} file */
async function dependenciesOf(file) {
  return JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8')).dependencies;
}

const versions = {
  ...(await dependenciesOf('../contract/package.json')),
  ...(await dependenciesOf('./package.json')),
};

await mkdir(outdir, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  external: Object.keys(versions).flatMap((name) => [name, `${name}/*`]),
  logLevel: 'warning',
});

const imported = new Set(
  Object.values(metafile.outputs)
    .flatMap((output) => output.imports.filter((one) => one.external))
    .map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/')),
);
// firebase-admin leaves this one to whoever uses its Firestore.
imported.add('@google-cloud/firestore');

const dependencies = Object.fromEntries(
  [...imported]
    .filter((name) => !name.startsWith('node:'))
    .sort()
    .map((name) => [name, versions[name]]),
);
const description = {
  name: 'switchboard-functions',
  private: true,
  type: 'module',
  main: 'index.js',
  engines: { node: '24' },
  dependencies,
};
await writeFile(`${outdir}/package.json`, `${JSON.stringify(description, null, 2)}\n`);

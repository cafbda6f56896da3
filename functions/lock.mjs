/**
 * Writes the lockfile of functions/dist, so that what Firebase installs there is, to the last package, what this repository was tested
 * with. npm itself picks it out of the lockfile of this repository, and asks no registry: what is not in there is an error.
 */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const dist = new URL('dist/', import.meta.url);

/** @param {URL} file */
async function jsonIn(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}

const [whole, description] = await Promise.all([
  jsonIn(new URL('../package-lock.json', import.meta.url)),
  jsonIn(new URL('package.json', dist)),
]);

/** What a workspace has of its own stands where the packages of all do, and brings its own dependencies. */
let packages = [];
for (const from of ['', 'contract/', 'functions/']) {
  const own = Object.entries(whole.packages)
    .filter(([place, entry]) => place.startsWith(`${from}node_modules/`) && !entry.link)
    .map(([place, entry]) => [place.slice(from.length), entry]);
  const isReplaced = (place) => own.some(([other]) => place === other || place.startsWith(`${other}/node_modules/`));
  packages = [...packages.filter(([place]) => !isReplaced(place)), ...own];
}
const { name } = description;
const lock = {
  name,
  lockfileVersion: whole.lockfileVersion,
  requires: true,
  packages: { '': description, ...Object.fromEntries(packages) },
};
await writeFile(new URL('package-lock.json', dist), JSON.stringify(lock));
const install = [
  'install',
  '--package-lock-only',
  '--offline',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];
execFileSync('npm', install, { cwd: fileURLToPath(dist), stdio: ['ignore', 'ignore', 'inherit'] });

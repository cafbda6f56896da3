import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './repo.ts';
import { isOf, SUITES } from './suites.ts';

function suitesOf(file: string): string[] {
  return Object.entries(SUITES)
    .filter(([, suite]) => isOf(suite, file))
    .map(([name]) => name);
}

describe('the suite of a test file', () => {
  it('is one alone, for every file there is', () => {
    const files = globSync('{contract,functions,socket-host,simulator,console,scripts,test}/**/*.test.ts', {
      cwd: ROOT,
      exclude: (name) => name.split(path.sep).includes('node_modules'),
    });
    assert.notEqual(files.length, 0);
    const odd = files.filter((file) => suitesOf(path.join(ROOT, file)).length !== 1);
    assert.deepEqual(odd, []);
  });

  it('is told from its path, whole or from here', () => {
    assert.deepEqual(suitesOf(path.join(ROOT, 'test/faults/some.test.ts')), ['faults']);
    assert.deepEqual(suitesOf(path.relative(process.cwd(), path.join(ROOT, 'scripts/lib/some.test.ts'))), ['unit']);
    assert.deepEqual(suitesOf(path.join(ROOT, 'bench/some.test.ts')), []);
  });
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './lib/repo.ts';

let folder = '';

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchboard-setup-'));
});

after(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the set-up with nothing on the PATH but one folder. */
function setUp(...args: string[]) {
  const script = path.join(ROOT, 'scripts', 'setup.mjs');
  return spawnSync(process.execPath, [script, ...args], { env: { PATH: folder }, encoding: 'utf8' });
}

describe('the set-up', () => {
  it('says what to install where there is no Java', () => {
    const { status, stderr } = setUp('test');
    assert.equal(status, 1);
    assert.match(stderr, /need Java 17 or newer on the PATH; found none\.[^]*apt-get install openjdk-17-jre-headless/);
  });

  it('says which Java it found where that is too old', () => {
    const java = path.join(folder, 'java');
    writeFileSync(java, '#!/bin/sh\necho \'openjdk version "1.8.0_412"\' >&2\n');
    chmodSync(java, 0o755);
    const { status, stderr } = setUp('start');
    assert.equal(status, 1);
    assert.match(stderr, /need Java 17 or newer on the PATH; found Java 8\./);
  });

  it('names its commands when it does not know one', () => {
    const { status, stderr } = setUp('deploy');
    assert.equal(status, 1);
    assert.match(stderr, /<start \| demo \| test \| bench \| check \| screenshots>/);
  });
});

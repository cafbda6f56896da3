import assert from 'node:assert/strict';
import { strFromU8, unzipSync } from 'fflate';
import { firestoreBinary, launcherJar } from './emulator-binary.ts';

function manifestOf(jar: Uint8Array): string {
  const manifest = unzipSync(jar)['META-INF/MANIFEST.MF'];
  assert.ok(manifest);
  return strFromU8(manifest);
}

describe('the jar that launches the emulator of the Cloud SDK', () => {
  const jar = `/opt/${'a-rather-long-folder-name/'.repeat(8)}sdk with spaces/cloud-firestore-emulator.jar`;
  const manifest = manifestOf(launcherJar(jar));

  it('names the emulator, whatever characters its path has', () => {
    const unfolded = manifest.replaceAll('\r\n ', '');
    assert.match(
      unfolded,
      /^Class-Path: file:\/\/\/opt\/a-rather-.*\/sdk%20with%20spaces\/cloud-firestore-emulator\.jar\r$/m,
    );
    assert.match(unfolded, /^Main-Class: com\.google\.cloud\.datastore\.emulator\.firestore\.CloudFirestore\r$/m);
  });

  it('keeps to 72 bytes a line, as Java demands', () => {
    const longest = Math.max(...manifest.split('\n').map((line) => line.length + 1));
    assert.ok(longest <= 72, `${String(longest)} bytes`);
  });
});

describe('the choice of a Firestore emulator', () => {
  it('is that of the environment, when it names one', () => {
    const environment = { FIRESTORE_EMULATOR_BINARY_PATH: '/opt/emulator.jar', PATH: '' };
    assert.equal(firestoreBinary(environment), '/opt/emulator.jar');
  });

  it('is left to firebase-tools where nothing is installed', () => {
    assert.equal(firestoreBinary({ PATH: '', FIREBASE_EMULATORS_PATH: '/nowhere' }), null);
  });
});

/**
 * Finds a Firestore emulator on this machine. firebase-tools would download its own; that takes a minute, and fails
 * where only npm can be reached, while Google's Cloud SDK often has one installed.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { objectIn, textIn } from './json.ts';
import { ROOT, stateFolder } from './repo.ts';

const JAR_IN_SDK = path.join('platform', 'cloud-firestore-emulator', 'cloud-firestore-emulator.jar');
const MAIN_CLASS = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore';
/** A line of a jar's manifest holds at most 72 bytes, line end included; what is longer goes on after a space. */
const MANIFEST_LINE = 70;

/** Whether firebase-tools has downloaded its own emulator before: the version that fits it best. */
function hasDownloaded(environment: NodeJS.ProcessEnv): boolean {
  const cache = environment['FIREBASE_EMULATORS_PATH'] ?? path.join(homedir(), '.cache', 'firebase', 'emulators');
  const list = path.join(ROOT, 'node_modules', 'firebase-tools', 'lib', 'emulator', 'downloadableEmulatorInfo.json');
  const { firestore } = objectIn(JSON.parse(readFileSync(list, 'utf8')), list);
  return existsSync(path.join(cache, textIn(objectIn(firestore, list), 'downloadPathRelativeToCacheDir', list)));
}

function sdkFolders(environment: NodeJS.ProcessEnv): string[] {
  const named = environment['CLOUDSDK_ROOT_DIR'];
  const onPath = (environment['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'gcloud'));
  const found = onPath.filter((file) => existsSync(file)).map((file) => path.dirname(path.dirname(realpathSync(file))));
  return named === undefined ? found : [named, ...found];
}

function manifestLines(line: string): string[] {
  if (line.length <= MANIFEST_LINE) return [line];
  return [line.slice(0, MANIFEST_LINE), ...manifestLines(` ${line.slice(MANIFEST_LINE)}`)];
}

/** A jar that holds a manifest only: the SDK's jar names no main class, and firebase-tools starts jars by `java -jar`. */
export function launcherJar(jar: string): Uint8Array {
  const lines = ['Manifest-Version: 1.0', `Main-Class: ${MAIN_CLASS}`, `Class-Path: ${pathToFileURL(jar).href}`];
  const manifest = `${lines.flatMap(manifestLines).join('\r\n')}\r\n\r\n`;
  return zipSync({ 'META-INF/MANIFEST.MF': strToU8(manifest) });
}

/**
 * What to start as the Firestore emulator: what the environment names, or the Cloud SDK's.
 *
 * @returns the value for FIRESTORE_EMULATOR_BINARY_PATH; `null` leaves it to firebase-tools, which downloads at need.
 */
export function firestoreBinary(environment: NodeJS.ProcessEnv): string | null {
  const named = environment['FIRESTORE_EMULATOR_BINARY_PATH'];
  if (named !== undefined && named !== '') return named;
  if (hasDownloaded(environment)) return null;
  const jars = sdkFolders(environment).map((folder) => path.join(folder, JAR_IN_SDK));
  const jar = jars.find((candidate) => existsSync(candidate));
  if (jar === undefined) return null;
  const launcher = path.join(stateFolder('emulators'), 'firestore-launcher.jar');
  writeFileSync(launcher, launcherJar(jar));
  return launcher;
}

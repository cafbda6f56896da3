/**
 * The first thing every command runs, with whatever Node the machine has: checks what must be there, installs what
 * package-lock.json asks for when node_modules differs from it, then hands over to `scripts/<command>.ts` under the
 * Node that came with the install. Plain JavaScript without dependencies, because nothing is installed yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MIN_NODE = 20;
const MIN_JAVA = 17;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const projectNode = path.join(root, 'node_modules', '.bin', 'node');
const COMMANDS = ['start', 'demo', 'test', 'bench', 'check', 'screenshots'];

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string[]} lines */
function giveUp(...lines) {
  say(`\n${lines.join('\n')}\n`);
  process.exit(1);
}

function checkNode() {
  const version = process.versions.node;
  if (Number(version.split('.')[0]) >= MIN_NODE) return;
  giveUp(
    `Switchboard needs Node ${MIN_NODE} or newer to set itself up; this is ${version}.`,
    'Install it from https://nodejs.org or with your version manager, then run this again.',
  );
}

/** The emulators run on Java; firebase-tools would notice only after a long start, and less clearly. */
function checkJava() {
  const answer = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const match = /version "(?:1\.)?(\d+)/.exec(`${answer.stderr ?? ''}${answer.stdout ?? ''}`);
  if (match && Number(match[1]) >= MIN_JAVA) return;
  giveUp(
    `The Firebase emulators need Java ${MIN_JAVA} or newer on the PATH; found ${match ? `Java ${match[1]}` : 'none'}.`,
    'Install a JRE, then run this again:',
    '  Debian, Ubuntu   apt-get install openjdk-17-jre-headless',
    '  macOS            brew install openjdk@17',
    '  elsewhere        https://adoptium.net',
  );
}

/** @param {string} file */
function packagesIn(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null;
}

/**
 * npm leaves a lock file in node_modules as the last act of an install: it says what is really there, also when
 * someone ran `npm ci` by hand, and it is missing when an install was broken off.
 */
function isInstalled() {
  const wanted = packagesIn(path.join(root, 'package-lock.json'));
  const present = packagesIn(path.join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present || !existsSync(projectNode)) return false;
  return Object.entries(wanted).every(([where, entry]) => {
    if (where === '' || !where.includes('node_modules')) return true;
    const there = present[where];
    // Optional packages are those of other platforms; npm leaves them out.
    if (!there) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function npmCommand() {
  const script = process.env['npm_execpath'];
  return script && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ['npm'];
}

/** @returns {Promise<void>} */
function install() {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  say('install   npm ci (only when package-lock.json has changed) ...');
  const ticker = setInterval(() => say(`install   still at it, ${seconds()} s`), 10_000);
  const [command, ...before] = npmCommand();
  const npm = spawn(command, [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve) => {
    npm.once('error', (error) =>
      giveUp(`npm could not be started (${error.message}). It comes with Node: is it on the PATH?`),
    );
    npm.once('exit', (code) => {
      clearInterval(ticker);
      if (code !== 0) giveUp(`npm ci failed (exit code ${code}); what it printed above says why.`);
      say(`install   done, ${seconds()} s`);
      resolve();
    });
  });
}

/**
 * The processes between us and whoever typed the command: npm, and the shell it starts us in. That shell dies of a
 * SIGTERM that npm passes on and tells nobody, so we have to look.
 */
function starters() {
  if (process.env['npm_lifecycle_event'] === undefined) return [];
  const parent = process.ppid;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(parent)], { encoding: 'utf8' });
  const shell = /^\s*(\d+)\s+\S*sh -c /.exec(stdout ?? '');
  return shell ? [parent, Number(shell[1])] : [parent];
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Calls `gone` once a starter is no more. @param {() => void} gone */
function watchStarters(gone) {
  const pids = starters();
  const timer = setInterval(() => {
    if (pids.every(isAlive)) return;
    clearInterval(timer);
    gone();
  }, 500);
  timer.unref();
}

/** @param {string} command @param {string[]} args */
function handOver(command, args) {
  const script = path.join(root, 'scripts', `${command}.ts`);
  const binaries = path.join(root, 'node_modules', '.bin');
  const child = spawn(projectNode, [script, ...args], {
    cwd: root,
    // The channel carries nothing: that it closes tells the child that this process is gone, however it went.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${binaries}${path.delimiter}${process.env['PATH'] ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  watchStarters(() => child.kill('SIGTERM'));
  child.once('error', (error) => giveUp(`Node 24 from node_modules could not be started (${error.message}).`));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

const [command = '', ...args] = process.argv.slice(2);
if (!COMMANDS.includes(command)) giveUp(`Usage: node scripts/setup.mjs <${COMMANDS.join(' | ')}> [arguments]`);
checkNode();
if (command !== 'check' && args[0] !== 'check') checkJava();
if (!isInstalled()) await install();
if (!existsSync(projectNode)) {
  giveUp(
    'Node 24 was not installed: it is fetched by the install script of the npm package "node".',
    'Allow install scripts (npm config set ignore-scripts false), delete node_modules, then run this again.',
  );
}
handOver(command, args);

/** A copy of this checkout to plant faults in. Packages are linked, not copied; the parts link to the copy's own. */
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../scripts/lib/repo.ts';

/** The scope of the workspaces in node_modules. */
const SCOPE = '@switchboard';

export interface Answer {
  readonly code: number;
  readonly output: string;
}

export interface Copy {
  readonly root: string;
  /** Writes files (path → content) and returns what takes them away again, or puts back what they replaced. */
  plant(files: Readonly<Record<string, string>>): () => void;
  read(file: string): string;
  /** Runs a command of node_modules/.bin, or a script of the copy, in the copy. */
  run(program: string, ...args: string[]): Promise<Answer>;
  remove(): void;
}

function filesOfCheckout(): string[] {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  // A file deleted but not yet committed is listed and not there.
  return listing.split('\0').filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== SCOPE) symlinkSync(path.join(from, name), path.join(to, name));
  }
}

function linkWorkspaces(root: string): void {
  const scope = path.join(ROOT, 'node_modules', SCOPE);
  for (const name of readdirSync(scope)) {
    const folder = path.relative(ROOT, realpathSync(path.join(scope, name)));
    mkdirSync(path.join(root, 'node_modules', SCOPE), { recursive: true });
    symlinkSync(path.join(root, folder), path.join(root, 'node_modules', SCOPE, name));
    const packages = path.join(ROOT, folder, 'node_modules');
    if (existsSync(packages)) linkPackages(packages, path.join(root, folder, 'node_modules'));
  }
}

function write(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function plant(root: string, files: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(files).map((file) => {
    const full = path.join(root, file);
    return { full, content: existsSync(full) ? readFileSync(full, 'utf8') : null };
  });
  for (const [file, content] of Object.entries(files)) write(path.join(root, file), content);
  return () => {
    for (const { full, content } of before) {
      if (content === null) rmSync(full);
      else writeFileSync(full, content);
    }
  };
}

function run(root: string, program: string, args: readonly string[]): Promise<Answer> {
  const tool = path.join(root, 'node_modules', '.bin', program);
  const script = existsSync(tool) ? tool : path.join(root, program);
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: root, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}

export function copyCheckout(): Copy {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'switchboard-check-')));
  for (const file of filesOfCheckout()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    copyFileSync(path.join(ROOT, file), path.join(root, file));
  }
  linkPackages(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  linkWorkspaces(root);
  // Some tools leave out what git ignores, and ask git for it.
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return {
    root,
    plant: (files) => plant(root, files),
    read: (file) => readFileSync(path.join(root, file), 'utf8'),
    run: (program, ...args) => run(root, program, args),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Class names are texts to the compiler: a misspelt one would be no error, only a part without its looks. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SOURCE = import.meta.dirname;

interface Sheet {
  readonly defined: ReadonlySet<string>;
  readonly used: Set<string>;
  /** Some component computes names of it. */
  isComputed: boolean;
}

function classesIn(css: string): ReadonlySet<string> {
  const bare = css.replace(/\/\*[^]*?\*\//g, '');
  return new Set([...bare.matchAll(/\.([a-z][a-zA-Z0-9-]*)(?=[^{}]*\{)/g)].map(([, name = '']) => name));
}

const sheets = new Map<string, Sheet>();
for (const file of globSync('**/*.module.css', { cwd: SOURCE })) {
  const full = path.join(SOURCE, file);
  sheets.set(full, { defined: classesIn(readFileSync(full, 'utf8')), used: new Set(), isComputed: false });
}

const missing: string[] = [];
for (const file of globSync('**/*.tsx', { cwd: SOURCE })) {
  const code = readFileSync(path.join(SOURCE, file), 'utf8');
  for (const [, name = '', from = ''] of code.matchAll(/import (\w+) from '(\.[^']+\.module\.css)'/g)) {
    const sheet = sheets.get(path.join(SOURCE, path.dirname(file), from));
    assert.ok(sheet, `${file} imports ${from}, which is not there`);
    for (const [, used = ''] of code.matchAll(new RegExp(`\\b${name}\\['([^']+)'\\]`, 'g'))) {
      sheet.used.add(used);
      if (!sheet.defined.has(used)) missing.push(`${file}: ${used}`);
    }
    if (new RegExp(`\\b${name}\\[[^']`).test(code)) sheet.isComputed = true;
  }
}

describe('the style sheets', () => {
  it('have every class a component names', () => {
    assert.deepEqual(missing, []);
  });

  it('have none that no component names', () => {
    const idle = [...sheets].flatMap(([file, { defined, used, isComputed }]) =>
      isComputed ? [] : [...defined].filter((name) => !used.has(name)).map((name) => `${path.basename(file)}: ${name}`),
    );
    assert.deepEqual(idle, []);
  });
});

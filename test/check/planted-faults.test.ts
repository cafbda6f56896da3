/** The checks themselves: a rule nobody has seen fail may hold nothing. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { objectIn } from '../../scripts/lib/json.ts';
import { ROOT } from '../../scripts/lib/repo.ts';
import { copyCheckout, type Copy } from './copy.ts';
import { IMPORT_PLANTS } from './import-plants.ts';
import { IDLE_EXCUSE, LINT_PLANTS } from './lint-plants.ts';

let copy: Copy;

before(() => {
  copy = copyCheckout();
});

after(() => {
  copy.remove();
});

/** Plants files for as long as `use` runs. */
async function withPlanted<T>(files: Readonly<Record<string, string>>, use: () => Promise<T>): Promise<T> {
  const uproot = copy.plant(files);
  try {
    return await use();
  } finally {
    uproot();
  }
}

interface Finding {
  readonly rule: string | null;
  readonly message: string;
}

function findingsIn(output: string): ReadonlyMap<string, readonly Finding[]> {
  const read = JSON.parse(output) as { filePath: string; messages: { ruleId: string | null; message: string }[] }[];
  const findings = ({ messages }: (typeof read)[number]) =>
    messages.map(({ ruleId, message }) => ({ rule: ruleId, message }));
  return new Map(read.map((file) => [path.relative(copy.root, file.filePath), findings(file)]));
}

async function rulesOfLinter(): Promise<string[]> {
  const config: unknown = await import(pathToFileURL(path.join(ROOT, 'eslint.config.js')).href);
  const blocks = objectIn(config, 'the config')['default'];
  assert.ok(Array.isArray(blocks));
  // The presets' blocks have names; ours have none.
  const ours = blocks.map((block) => objectIn(block, 'a block')).filter((block) => block['name'] === undefined);
  const rules = ours.flatMap((block) => Object.entries(objectIn(block['rules'] ?? {}, 'the rules')));
  return [...new Set(rules.filter(([, setting]) => setting !== 'off').map(([rule]) => rule))];
}

function rulesOfImports(): string[] {
  const config: unknown = createRequire(import.meta.url)(path.join(ROOT, '.dependency-cruiser.cjs'));
  const { forbidden } = objectIn(config, 'the config');
  assert.ok(Array.isArray(forbidden));
  return forbidden.map((rule) => String(objectIn(rule, 'a rule')['name']));
}

describe('the code as it is', () => {
  it('passes every check', async () => {
    const { code, output } = await copy.run('scripts/check.ts');
    assert.equal(code, 0, output);
  });
});

describe('the linter', () => {
  let findings: ReadonlyMap<string, readonly Finding[]>;

  before(async () => {
    const plants = [...LINT_PLANTS, IDLE_EXCUSE];
    const files = Object.fromEntries(plants.map(({ file, code }) => [file, code]));
    const answer = await withPlanted(files, () => copy.run('eslint', '--format', 'json', ...Object.keys(files)));
    assert.equal(answer.code, 1, answer.output);
    findings = findingsIn(answer.output);
  });

  for (const { rule, file, message = '' } of LINT_PLANTS) {
    it(`finds what ${rule} forbids in ${file}`, () => {
      const found = findings.get(file) ?? [];
      assert.ok(
        found.some((finding) => finding.rule === rule && finding.message.includes(message)),
        JSON.stringify(found),
      );
    });
  }

  it('finds an excuse that excuses nothing', () => {
    const found = findings.get(IDLE_EXCUSE.file) ?? [];
    assert.match(found[0]?.message ?? 'nothing', /unused eslint-disable directive/i);
  });

  it('has no rule of ours without a planted fault', async () => {
    const planted = LINT_PLANTS.map(({ rule }) => rule);
    const unproven = (await rulesOfLinter()).filter((rule) => !planted.includes(rule));
    assert.deepEqual(unproven, []);
  });
});

describe('the import rules', () => {
  let output = '';

  before(async () => {
    const files = Object.assign({}, ...IMPORT_PLANTS.map((plant) => plant.files)) as Record<string, string>;
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.'];
    const answer = await withPlanted(files, () => copy.run('depcruise', ...args));
    assert.notEqual(answer.code, 0, answer.output);
    output = answer.output;
  });

  for (const { rule, files } of IMPORT_PLANTS) {
    const [file = ''] = Object.keys(files);
    it(`find what ${rule} forbids in ${file}`, () => {
      // A cycle may be told from either end.
      const wordings = rule === 'no-circular' ? Object.keys(files) : [file];
      assert.ok(
        wordings.some((at) => output.includes(`error ${rule}: ${at}`)),
        output,
      );
    });
  }

  it('have no rule without a planted fault', () => {
    const planted = IMPORT_PLANTS.map(({ rule }) => rule);
    assert.deepEqual(
      rulesOfImports().filter((rule) => !planted.includes(rule)),
      [],
    );
  });
});

describe('the search for dead code', () => {
  it('finds files, exports and dependencies nobody uses, and dependencies nobody lists', async () => {
    const manifest = objectIn(JSON.parse(copy.read('contract/package.json')), 'the manifest');
    const dependencies = { ...objectIn(manifest['dependencies'], 'the dependencies'), express: '5.3.0' };
    const files = {
      'simulator/src/planted-unused.ts': 'export const plantedAlone = 1;\n',
      'contract/src/jid.ts': `${copy.read('contract/src/jid.ts')}export const plantedExport = 1;\n`,
      'contract/src/phone.ts': `import 'yaml';\n${copy.read('contract/src/phone.ts')}`,
      'contract/package.json': JSON.stringify({ ...manifest, dependencies }),
    };
    const { code, output } = await withPlanted(files, () => copy.run('knip', '--no-progress'));
    assert.equal(code, 1, output);
    assert.match(output, /Unused files[^]*simulator\/src\/planted-unused\.ts/);
    assert.match(output, /Unused exports[^]*plantedExport/);
    assert.match(output, /Unused dependencies[^]*express\s+contract\/package\.json/);
    assert.match(output, /Unlisted dependencies[^]*yaml\s+contract\/src\/phone\.ts/);
  });
});

describe('the compiler', () => {
  const CODE = [
    "export const wrong: number = 'text';",
    'export const first: string = [1].map(String)[0];',
    'export const plain = (record: Record<string, number>): unknown => record.field;',
    'export const exact: { name?: string } = { name: undefined };',
    'export enum Way {}',
    'export function partly(n: number): number | undefined {',
    '  if (n > 0) return 1;',
    '}',
    'export function unused(n: number): void {}',
  ];
  /** The code of each error, by line: what the strictness settings of tsconfig.json are there for. */
  const ERRORS = { 1: 'TS2322', 2: 'TS2322', 3: 'TS4111', 4: 'TS2375', 5: 'TS1294', 6: 'TS7030', 9: 'TS6133' };

  it('finds wrong types, unchecked indexes, dotted index access, explicit undefined, enums, missing returns, unused names', async () => {
    const file = 'contract/src/planted-types.ts';
    const { code, output } = await withPlanted({ [file]: `${CODE.join('\n')}\n` }, () => copy.run('tsc', '-p', '.'));
    assert.notEqual(code, 0);
    for (const [line, error] of Object.entries(ERRORS)) {
      assert.match(output, new RegExp(`planted-types\\.ts\\(${line},\\d+\\): error ${error}`));
    }
  });
});

describe('the formatter', () => {
  it('finds a file written another way', async () => {
    const file = 'contract/src/planted-format.ts';
    const code = 'export const plant = {a:1}\n';
    const answer = await withPlanted({ [file]: code }, () => copy.run('prettier', '--check', '.'));
    assert.equal(answer.code, 1, answer.output);
    assert.match(answer.output, /planted-format\.ts/);
  });
});

describe('the test run', () => {
  const planted = (test: string) => ({ 'contract/src/planted.test.ts': test });
  const runPlanted = () => copy.run('mocha', 'contract/src/planted.test.ts');

  for (const [word, test] of [
    ['only', "it.only('is the only one', () => {});\n"],
    ['skip', "it.skip('is left out', () => {});\n"],
  ] as const) {
    it(`fails on a test marked "${word}"`, async () => {
      const { code, output } = await withPlanted(planted(test), runPlanted);
      assert.notEqual(code, 0, output);
      assert.match(output, word === 'only' ? /forbidOnly|\.only/i : /forbidPending|Pending test forbidden/i);
    });
  }
});

import assert from 'node:assert/strict';
import { expressionsOf, lackOf } from './coverage.ts';
import { RULES_PROJECTS } from './environment.ts';

async function reportOf(projectId: string): Promise<unknown> {
  const emulator = process.env['FIRESTORE_EMULATOR_HOST'] ?? '';
  const answer = await fetch(`http://${emulator}/emulator/v1/projects/${projectId}:ruleCoverage`);
  assert.ok(answer.ok, `the emulator has no coverage of ${projectId}`);
  return answer.json();
}

describe('every expression of the rules', () => {
  // Comes last in the suite, by its name: it sums up what the tests before it asked of the rules.
  it('has been seen to allow and to refuse', async () => {
    const expressions = expressionsOf(await Promise.all(RULES_PROJECTS.map(reportOf)));
    assert.ok(expressions.length > 200, `the whole rules suite must run: ${String(expressions.length)} expressions`);
    assert.deepEqual(
      expressions.map(lackOf).filter((lack) => lack !== null),
      [],
    );
  });

  it('would be named if it had not', () => {
    const rules = 'allow read: if a && b;';
    const at = (currentOffset: number, endOffset: number) => ({
      sourcePosition: { line: 1, currentOffset, endOffset },
    });
    const seen = (...values: unknown[]) => ({ values: values.map((value) => ({ value, count: 1 })) });
    const report = (...children: object[]) => ({
      rules: { files: [{ content: rules }] },
      report: [{ ...at(15, 20), ...seen({ boolValue: true }, { boolValue: false }), children }],
    });
    const a = { ...at(15, 15), ...seen({ boolValue: true }) };
    const b = { ...at(20, 20), ...seen({}) };
    const lacks = expressionsOf([report(a), report(b)]).map(lackOf);
    assert.deepEqual(lacks, [null, 'line 1, never false: a', 'line 1, never looked at: b']);
    const other = { ...at(15, 15), ...seen({ boolValue: false }) };
    assert.equal(expressionsOf([report(a), report(other)]).map(lackOf)[1], null);
  });
});

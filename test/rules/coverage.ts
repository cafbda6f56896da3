/**
 * Which expressions of the rules were put to the test, from the emulator's own report: it says of each expression what it
 * came to and how often. One that was never false refuses nothing; one that was never true allows nothing.
 */
import { objectIn, textIn } from '../../scripts/lib/json.ts';

type Outcome = 'true' | 'false' | 'other';

interface Expression {
  readonly line: number;
  readonly text: string;
  readonly outcomes: ReadonlySet<Outcome>;
}

function listIn(object: Record<string, unknown>, name: string): readonly Record<string, unknown>[] {
  const value = object[name] ?? [];
  if (!Array.isArray(value)) throw new Error(`"${name}" is not a list`);
  return value.map((one) => objectIn(one, name));
}

/** What a value of an expression was; nothing for a value that stands for "not looked at". */
function outcomesOf(node: Record<string, unknown>): Outcome[] {
  return listIn(node, 'values').flatMap((one): Outcome[] => {
    const value = objectIn(one['value'], 'a value');
    if (value['boolValue'] === true) return ['true'];
    if (value['boolValue'] === false) return ['false'];
    return Object.keys(value).length > 0 ? ['other'] : [];
  });
}

/** Joins reports of the same rules, one per project they were tested in. */
export function expressionsOf(reports: readonly unknown[]): Expression[] {
  const found = new Map<string, { line: number; text: string; outcomes: Set<Outcome> }>();
  const visit = (rules: string, node: Record<string, unknown>): void => {
    if (node['sourcePosition'] !== undefined) {
      const { line, currentOffset, endOffset } = objectIn(node['sourcePosition'], 'a position');
      const text = rules.slice(Number(currentOffset), Number(endOffset) + 1).replaceAll(/\s+/g, ' ');
      const key = `${String(currentOffset)}-${String(endOffset)}`;
      const expression = found.get(key) ?? { line: Number(line), text, outcomes: new Set<Outcome>() };
      for (const outcome of outcomesOf(node)) expression.outcomes.add(outcome);
      found.set(key, expression);
    }
    for (const child of listIn(node, 'children')) visit(rules, child);
  };
  for (const report of reports.map((one) => objectIn(one, 'a report'))) {
    const [file] = listIn(objectIn(report['rules'], 'the rules'), 'files');
    const rules = textIn(file ?? {}, 'content', 'the rules');
    for (const node of listIn(report, 'report')) visit(rules, node);
  }
  return [...found.values()];
}

/** What is missing of an expression, in words; `null` when it was seen both ways (or, being no condition, at all). */
export function lackOf({ line, text, outcomes }: Expression): string | null {
  const isCondition = outcomes.has('true') || outcomes.has('false');
  const missing = isCondition
    ? (['true', 'false'] as const).filter((outcome) => !outcomes.has(outcome)).map((outcome) => `never ${outcome}`)
    : outcomes.size === 0
      ? ['never looked at']
      : [];
  return missing.length === 0 ? null : `line ${String(line)}, ${missing.join(' and ')}: ${text}`;
}

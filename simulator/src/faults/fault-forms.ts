/** The faults there are, as forms to fill in: made of the schema that the control API parses faults with, so that neither lacks one. */
import { z } from 'zod';
import { faultSchema, faultWords } from './fault.ts';

export interface FaultSetting {
  readonly name: string;
  readonly label: string;
  /** What to begin with; empty for none. */
  readonly value: string;
  readonly isNumber: boolean;
  /** May be left empty, which stands for `null`. */
  readonly isOptional: boolean;
  /** Of a number. */
  readonly min?: number;
  readonly max?: number;
  /** The values there are, each with its words; of those that are written freely none. */
  readonly choices?: Readonly<Record<string, string>>;
}

export interface FaultForm {
  readonly kind: string;
  readonly explains: string;
  /** Whether it strikes whoever comes next, and no account can be chosen. */
  readonly isForAnyone: boolean;
  readonly settings: readonly FaultSetting[];
}

const valueSchema = z.object({
  type: z.string(),
  enum: z.optional(z.array(z.union([z.string(), z.number()]))),
  minimum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
});
const settingSchema = z.object({
  anyOf: z.optional(z.array(z.looseObject({ type: z.string() }))),
  default: z.optional(z.union([z.string(), z.number(), z.null()])),
  label: z.string(),
  choices: z.optional(z.record(z.string(), z.string())),
  suggested: z.optional(z.union([z.string(), z.number()])),
});
const kindSchema = z.object({
  explains: z.string(),
  properties: z.looseObject({ kind: z.object({ const: z.string() }), account: z.looseObject({}) }),
});
const listSchema = z.object({ oneOf: z.array(kindSchema) });

/** @throws where a fault or a setting lacks its words. */
export function faultForms(): FaultForm[] {
  const schema = z.toJSONSchema(faultSchema, { io: 'input', reused: 'inline', metadata: faultWords });
  return listSchema.parse(schema).oneOf.map(({ explains, properties: { kind, account, ...settings } }) => ({
    kind: kind.const,
    explains,
    isForAnyone: 'default' in account,
    settings: Object.entries(settings).map(([name, setting]) => settingOf(name, setting)),
  }));
}

function settingOf(name: string, described: unknown): FaultSetting {
  const { anyOf, label, choices = {}, suggested, ...setting } = settingSchema.parse(described);
  // What may be `null` is either that or a value of its kind.
  const isOptional = anyOf !== undefined;
  const value = valueSchema.parse(anyOf?.find(({ type }) => type !== 'null') ?? described);
  const values = value.enum && [...(isOptional ? [''] : []), ...value.enum];
  return {
    name,
    label,
    value: String(setting.default ?? suggested ?? values?.[0] ?? ''),
    isNumber: ['number', 'integer'].includes(value.type),
    isOptional,
    ...boundsOf(value),
    ...(values && { choices: Object.fromEntries(values.map((each) => [each, choices[each] ?? String(each)])) }),
  };
}

/** Of whole numbers. */
function boundsOf({
  minimum,
  exclusiveMinimum,
  maximum,
}: z.infer<typeof valueSchema>): Pick<FaultSetting, 'min' | 'max'> {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return { ...(least !== undefined && { min: least }), ...(maximum !== undefined && { max: maximum }) };
}

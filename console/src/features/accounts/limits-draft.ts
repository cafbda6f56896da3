/** The limits of an account as they are being typed. Pure. */
import { quietHoursSchema, type Limits } from '@switchboard/contract/limits';

export interface LimitsDraft {
  readonly perMinute: string;
  readonly newThreadsPerDay: string;
  readonly isQuiet: boolean;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly showsTyping: boolean;
}

export type LimitsField = 'perMinute' | 'newThreadsPerDay' | 'from' | 'to' | 'timeZone';
export type ParsedLimits =
  { readonly ok: true; readonly limits: Limits } | { readonly ok: false; readonly wrong: ReadonlySet<LimitsField> };

/** Source: contract/src/limits.ts. */
export const MOST_PER_MINUTE = 1_000;
export const MOST_NEW_THREADS = 100_000;

export function draftOf(limits: Limits, localTimeZone: string): LimitsDraft {
  const { perMinute, newThreadsPerDay, quietHours, showsTyping } = limits;
  return {
    perMinute: perMinute === null ? '' : String(perMinute),
    newThreadsPerDay: newThreadsPerDay === null ? '' : String(newThreadsPerDay),
    isQuiet: quietHours !== null,
    from: quietHours?.from ?? '21:00',
    to: quietHours?.to ?? '08:00',
    timeZone: quietHours?.timeZone ?? localTimeZone,
    showsTyping,
  };
}

/** `undefined` when it is no such number; nothing is the host's default. */
function numberOf(text: string, most: number): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return value <= most ? value : undefined;
}

export function parseDraft(draft: LimitsDraft): ParsedLimits {
  const wrong = new Set<LimitsField>();
  const perMinute = numberOf(draft.perMinute, MOST_PER_MINUTE);
  const newThreadsPerDay = numberOf(draft.newThreadsPerDay, MOST_NEW_THREADS);
  if (perMinute === undefined) wrong.add('perMinute');
  if (newThreadsPerDay === undefined) wrong.add('newThreadsPerDay');
  const { from, to, timeZone, showsTyping } = draft;
  const quietHours = draft.isQuiet ? { from, to, timeZone: timeZone.trim() } : null;
  if (quietHours) for (const field of wrongQuiet(quietHours)) wrong.add(field);
  if (perMinute === undefined || newThreadsPerDay === undefined || wrong.size > 0) return { ok: false, wrong };
  return { ok: true, limits: { perMinute, newThreadsPerDay, quietHours, showsTyping } };
}

function wrongQuiet(quietHours: NonNullable<Limits['quietHours']>): readonly LimitsField[] {
  const { from, to, timeZone } = quietHoursSchema.shape;
  const checks = [
    ['from', from.safeParse(quietHours.from).success],
    ['to', to.safeParse(quietHours.to).success],
    ['timeZone', timeZone.safeParse(quietHours.timeZone).success],
  ] as const;
  return checks.filter(([, isRight]) => !isRight).map(([field]) => field);
}

/**
 * Runs the schedules of the functions emulator, which knows when they are due and does not run them: Cloud Scheduler has no
 * emulator. firebase-tools would run them by its Pub/Sub emulator, whose stop kills the one of every other run on the
 * machine, so they are called where Cloud Scheduler calls them: at their function.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { objectIn, textIn } from './json.ts';

const UNITS_MS: Readonly<Record<string, number>> = { minutes: 60_000, hours: 3_600_000 };

interface Schedule {
  /** The function as it is exported. */
  readonly name: string;
  readonly region: string;
  readonly everyMs: number;
}

/** Reads `every 5 minutes`. @throws on any other form: a schedule that does not run locally must not go unnoticed. */
export function periodOf(schedule: string): number {
  const match = /^every (\d+) (minutes|hours)$/.exec(schedule);
  const unitMs = UNITS_MS[match?.[2] ?? ''];
  if (!match || unitMs === undefined) throw new Error(`local runs do not understand the schedule "${schedule}"`);
  return Number(match[1]) * unitMs;
}

function listIn(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list`);
  return value;
}

/** The schedules of a functions emulator (`host:port`), as it found them in the bundle. */
export async function readSchedules(functions: string): Promise<Schedule[]> {
  const answer = await fetch(`http://${functions}/backends`);
  const backends = listIn(objectIn(await answer.json(), 'the answer')['backends'], 'the backends');
  const triggers = backends.flatMap((backend) =>
    listIn(objectIn(backend, 'a backend')['functionTriggers'], 'the triggers').map((one) => objectIn(one, 'a trigger')),
  );
  return triggers
    .filter((trigger) => trigger['schedule'] !== undefined)
    .map((trigger) => {
      const name = textIn(trigger, 'entryPoint', 'a trigger');
      const schedule = textIn(objectIn(trigger['schedule'], name), 'schedule', name);
      return { name, region: textIn(trigger, 'region', name), everyMs: periodOf(schedule) };
    });
}

/** The emulator counts its reloads in the name of each background function, and lists the names when asked for none. */
async function addressOf(functions: string, projectId: string, { name, region }: Schedule): Promise<string> {
  const triggers = `http://${functions}/functions/projects/${projectId}/triggers`;
  const listed = await (await fetch(`${triggers}/none`, { method: 'POST' })).text();
  const found = [...listed.matchAll(new RegExp(`\\b${region}-${name}-\\d+\\b`, 'g'))].map(([key]) => key).at(-1);
  if (found === undefined) throw new Error(`the functions emulator has no ${name}: ${listed}`);
  return `${triggers}/${found}`;
}

/** The emulator never answers for a function that was killed while it ran, ms. */
const RUN_TIMEOUT_MS = 60_000;

/** Runs one schedule now and waits for its end. @throws when there is none of this name, it fails, or does not end in time. */
export async function runSchedule(functions: string, projectId: string, name: string): Promise<void> {
  const schedule = (await readSchedules(functions)).find((one) => one.name === name);
  if (!schedule) throw new Error(`there is no schedule ${name}`);
  const address = await addressOf(functions, projectId, schedule);
  const answer = await fetch(address, { method: 'POST', signal: AbortSignal.timeout(RUN_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${name} answered ${String(answer.status)}: ${await answer.text()}`);
}

const LOOK_MS = 1_000;

/**
 * Runs each schedule whenever it is due, one after the other, until `signal`. What fails is said and tried again at its next
 * time. Never rejects.
 */
export async function tickSchedules(
  functions: string,
  projectId: string,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (line: string) => void },
): Promise<void> {
  const tryTo = <T>(what: string, work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (!signal.aborted) say(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    });
  const schedules = (await tryTo('the schedules', readSchedules(functions))) ?? [];
  const dueAt = new Map(schedules.map(({ name, everyMs }) => [name, performance.now() + everyMs]));
  while (!signal.aborted) {
    for (const { name, everyMs } of schedules) {
      if (performance.now() < (dueAt.get(name) ?? 0)) continue;
      dueAt.set(name, performance.now() + everyMs);
      await tryTo(name, runSchedule(functions, projectId, name));
    }
    await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

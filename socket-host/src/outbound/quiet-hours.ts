/** When an account's quiet hours end. Pure. */
import type { QuietHours } from '@switchboard/contract/limits';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

function minutesOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Minutes since midnight in a time zone, with the part of the minute that has passed. */
function localMinutes(nowMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return minutesOf(format.format(nowMs)) + (nowMs % MINUTE_MS) / MINUTE_MS;
}

/**
 * How long the quiet hours still last, ms; 0 outside of them.
 *
 * @param nowMs wall clock. A change of the local clock within the quiet hours moves their end by as much; whoever waits looks again.
 */
export function quietForMs(quietHours: QuietHours | null, nowMs: number): number {
  if (!quietHours) return 0;
  const [from, to] = [minutesOf(quietHours.from), minutesOf(quietHours.to)];
  const now = localMinutes(nowMs, quietHours.timeZone);
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES;
  const since = (now - from + DAY_MINUTES) % DAY_MINUTES;
  return since < length ? Math.ceil((length - since) * MINUTE_MS) : 0;
}

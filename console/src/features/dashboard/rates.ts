/** What hosts did in the last hour, as one series and in sums. Pure. */
import { RATE_MINUTES, type HostRecord, type MinuteRate } from '@switchboard/contract/lease';

export const MINUTE_MS = 60_000;

export type Totals = Omit<MinuteRate, 'minute'>;

const NONE: Totals = { sent: 0, failed: 0, delivered: 0, received: 0 };

function plus(a: Totals, b: Totals): Totals {
  return {
    sent: a.sent + b.sent,
    failed: a.failed + b.failed,
    delivered: a.delivered + b.delivered,
    received: a.received + b.received,
  };
}

/** A row for each of the last 60 minutes, oldest first, over all hosts; a host leaves out the minutes it did nothing in. */
export function lastHourOf(hosts: readonly Pick<HostRecord, 'rates'>[], nowMs: number): readonly MinuteRate[] {
  const now = Math.floor(nowMs / MINUTE_MS);
  const rates = hosts.flatMap((host) => host.rates);
  const of = (minute: number) => rates.filter((rate) => rate.minute === minute).reduce(plus, NONE);
  return Array.from({ length: RATE_MINUTES }, (_, index) => {
    const minute = now - RATE_MINUTES + 1 + index;
    return { minute, ...of(minute) };
  });
}

export function totalsOf(rows: readonly MinuteRate[]): Totals {
  return rows.reduce(plus, NONE);
}

/** `null` where there was nothing to have a share of. Receipts may come for messages of an hour ago: never more than all. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, part / whole);
}

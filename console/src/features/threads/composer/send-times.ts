/** The times people usually choose for sending later. Pure. */

export interface SendTime {
  readonly id: 'inAnHour' | 'thisEvening' | 'tomorrow' | 'monday';
  readonly at: Date;
}

function at(now: Date, days: number, hour: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
}

/** In order, without any that has passed or says the same as another. */
export function sendTimes(now: Date): readonly SendTime[] {
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  const evening = at(now, 0, 18);
  const all: readonly SendTime[] = [
    { id: 'inAnHour', at: new Date(now.getTime() + 3_600_000) },
    ...(evening.getTime() - now.getTime() > 3_600_000 ? [{ id: 'thisEvening', at: evening } as const] : []),
    { id: 'tomorrow', at: at(now, 1, 9) },
    ...(untilMonday > 1 ? [{ id: 'monday', at: at(now, untilMonday, 9) } as const] : []),
  ];
  return all;
}

/** A moment as `<input type="datetime-local">` takes it, in the time zone of the browser. */
export function localInputOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

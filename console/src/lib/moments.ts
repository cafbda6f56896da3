/** Moments as people say them, in the language of the console. Pure but for the language and the time zone of the browser. */

const DAY_MS = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How many midnights lie between two moments. */
export function daysBetween(earlier: Date, later: Date): number {
  // Days are 23 or 25 hours long twice a year.
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY_MS);
}

export function timeOf(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(date);
}

/** For a list: the time today, the weekday this week, the date before. `yesterday` is the word for it. */
export function shortMoment(date: Date, now: Date, locale: string, yesterday: string): string {
  const days = daysBetween(date, now);
  if (days <= 0) return timeOf(date, locale);
  if (days === 1) return yesterday;
  if (days < 7) return new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(date);
  const isThisYear = date.getFullYear() === now.getFullYear();
  const form = isThisYear ? ({ day: 'numeric', month: 'short' } as const) : ({ dateStyle: 'short' } as const);
  return new Intl.DateTimeFormat(locale, form).format(date);
}

/** The whole of it, for what a pointer rests on and for what is planned. */
export function longMoment(date: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** For the line above a day. */
export function dayName(
  date: Date,
  now: Date,
  locale: string,
  words: { readonly today: string; readonly yesterday: string },
): string {
  const days = daysBetween(date, now);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(date);
}

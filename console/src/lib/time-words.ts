/** Moments and durations in words, as a language says them. Pure. */

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** `5 minutes ago`, `in 2 hours`. Under a second is now. */
export function relativeWords(atMs: number, nowMs: number, language: string): string {
  const difference = atMs - nowMs;
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(difference) >= size) ?? (['second', 1_000] as const);
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' });
  return words.format(Math.trunc(difference / ms), unit);
}

/** `3 min`, `2 h`: how long something has lasted, as short as a figure. */
export function durationWords(ms: number, language: string): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= length) ?? (['second', 1_000] as const);
  const format = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  return format.format(Math.max(0, Math.trunc(ms / size)));
}

/** Day and time, the year only where it is another one. */
export function momentWords(atMs: number, nowMs: number, language: string): string {
  const at = new Date(atMs);
  const isThisYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(at);
}

/** `1:05`: minutes and seconds of something that runs out. */
export function clockWords(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')}`;
}

/** Time as a clock shows it: `m:ss`, from an hour on `h:mm:ss`, from a day on `d h`. Negative counts as 0. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [s, m, h] = [seconds % 60, Math.floor(seconds / 60) % 60, Math.floor(seconds / 3600)];
  const two = (value: number): string => String(value).padStart(2, '0');
  if (h >= 48) return `${Math.floor(h / 24)}d ${h % 24}h`;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What is live may be so old, ms; beyond it the page says so. */
export const liveMs = 2000;

/** How fresh something is, in whole seconds; `fresh` below the limit. */
export function staleness(
  ageMs: number,
  limitMs: number,
): { readonly seconds: number; readonly stale: boolean } {
  return { seconds: Math.max(0, Math.round(ageMs / 1000)), stale: ageMs > limitMs };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${Object.keys(options).join()}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, found);
  }
  return found;
}

/** Date and time of an instant in a zone. */
export function dateTime(instant: number, language: string, zone: string): string {
  return format(language, zone, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(instant);
}

/** Weekday, day and time, for lists of the last days. */
export function dayTime(instant: number, language: string, zone: string): string {
  return format(language, zone, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(instant);
}

/** Hours and minutes only. */
export function hourOfDay(instant: number, language: string, zone: string): string {
  return format(language, zone, { hour: '2-digit', minute: '2-digit' }).format(instant);
}

/** Name of an ISO weekday (1 = Monday). */
export function weekdayName(weekday: number, language: string): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, weekday),
  );
}

/** Minutes after midnight as `HH:MM`; 1440 is `24:00`. */
export function minuteOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** The zone of whoever looks at the screen. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

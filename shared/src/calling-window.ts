/** When a campaign may call, in the callee's own local time. */
export interface CallingWindow {
  /** Minutes after local midnight, 0–1440. */
  readonly fromMinute: number;
  /** Minutes after local midnight, 0–1440; must be after `fromMinute`. */
  readonly toMinute: number;
  /** ISO weekdays (1 = Monday … 7 = Sunday) on which calls are allowed. */
  readonly weekdays: readonly number[];
}

const formats = new Map<string, Intl.DateTimeFormat>();
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** A moment as the clock on somebody's wall shows it. */
export interface LocalTime {
  /** ISO 8601 calendar date. */
  readonly date: string;
  /** ISO, 1–7. */
  readonly weekday: number;
  /** Of the day. */
  readonly minute: number;
}

/** The local time of an instant in an IANA zone. @throws RangeError for an unknown zone */
export function localTime(instant: number, zone: string): LocalTime {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    weekday: weekdays.indexOf(parts['weekday'] ?? '') + 1,
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The local date of an instant, `YYYY-MM-DD`. @throws RangeError for an unknown zone */
export function localDay(instant: number, zone: string): string {
  let format = dayFormats.get(zone);
  if (!format)
    dayFormats.set(zone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })));
  return format.format(instant);
}

/** The local midnight before an instant, by its minutes of the day: an hour off on a day when clocks are changed. */
export function startOfDay(instant: number, zone: string): number {
  const minute = Math.floor(instant / 60_000) * 60_000;
  return minute - localTime(instant, zone).minute * 60_000;
}

/** Whether a zone is one the platform knows. */
export function isZone(zone: string): boolean {
  try {
    localTime(0, zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether an instant lies inside the window in **every** zone: a number that may be in several zones is called only when
 * it is allowed in all of them. No zones means that nothing is known, which is never allowed.
 */
export function isInsideWindow(window: CallingWindow, instant: number, zones: readonly string[]): boolean {
  return (
    zones.length > 0 &&
    zones.every((zone) => {
      const { weekday, minute } = localTime(instant, zone);
      return window.weekdays.includes(weekday) && minute >= window.fromMinute && minute < window.toMinute;
    })
  );
}

/** First instant at or after `from` (to the minute, searched for eight days) inside the window in all zones, if any. */
export function nextInsideWindow(
  window: CallingWindow,
  from: number,
  zones: readonly string[],
): number | undefined {
  return firstInstant(from, 8, (at) => isInsideWindow(window, at, zones));
}

/** First instant at or after `from` (to the minute) at which something holds that begins on a minute of some zone's clock. */
export function firstInstant(
  from: number,
  days: number,
  holds: (instant: number) => boolean,
): number | undefined {
  if (holds(from)) return from;
  const minute = 60_000;
  // Quarter-hour steps are enough to find the opening: no zone offset is finer.
  const step = 15 * minute;
  let at = Math.ceil(from / step) * step;
  for (let i = 0; i < days * 24 * 4; i++, at += step) {
    if (!holds(at)) continue;
    for (let back = Math.max(from, at - step); back < at; back += minute) if (holds(back)) return back;
    return at;
  }
  return undefined;
}

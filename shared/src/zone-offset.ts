import { localTime } from './calling-window.ts';

const day = 1440;

/** Minutes that a zone is east of UTC at an instant. @throws RangeError for an unknown zone */
export function zoneOffsetMinutes(zone: string, instant: number): number {
  const there = localTime(instant, zone);
  const here = localTime(instant, 'UTC');
  const days = (Date.parse(there.date) - Date.parse(here.date)) / 86_400_000;
  return days * day + there.minute - here.minute;
}

/**
 * The zone by whose clock a time is meant that somebody says who lives in one of these; undefined when their clocks differ then, or
 * there are none. @throws RangeError for an unknown zone
 */
export function sharedClock(zones: readonly string[], instant: number): string | undefined {
  const offsets = new Set(zones.map((zone) => zoneOffsetMinutes(zone, instant)));
  return offsets.size === 1 ? zones[0] : undefined;
}

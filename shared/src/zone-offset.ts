import { localTime } from './calling-window.ts';

const day = 1440;

/** Minutes that a zone is east of UTC at an instant. @throws RangeError for an unknown zone */
export function zoneOffsetMinutes(zone: string, instant: number): number {
  const there = localTime(instant, zone);
  const here = localTime(instant, 'UTC');
  const days = (Date.parse(there.date) - Date.parse(here.date)) / 86_400_000;
  return days * day + there.minute - here.minute;
}

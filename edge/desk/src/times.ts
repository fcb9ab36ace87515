import { sharedClock, zoneOffsetMinutes } from '@branchline/shared';

/** A running time as people read a stopwatch: `4:07`, `1:02:33`. @param ms negative counts as 0 */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A span in hours and minutes, with their units: beside stopwatches nobody takes it for minutes and seconds. */
export function span(ms: number, language: string): string {
  const minutes = Math.round(ms / 60_000);
  const part = (value: number, unit: 'hour' | 'minute'): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);
  const [hours, rest] = [Math.floor(minutes / 60), part(minutes % 60, 'minute')];
  return hours === 0 ? rest : `${part(hours, 'hour')} ${rest}`;
}

/** Day and time of day by the clock of a zone, or where this page is. */
export function dayTime(at: number, language: string, zone?: string): string {
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(at);
}

const offsetOf = (at: number, zone: string | undefined): number =>
  60_000 * (zone === undefined ? -new Date(at).getTimezoneOffset() : zoneOffsetMinutes(zone, at));

/** As `datetime-local` wants it: date and time by the clock of a zone, or where this page is. */
export function localText(at: number, zone?: string): string {
  return new Date(at + offsetOf(at, zone)).toISOString().slice(0, 16);
}

/** The instant of a text of `datetime-local`, likewise; NaN for none. */
export function instantOf(text: string, zone?: string): number {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return wall;
  // The offset of that time, not of now.
  const guess = wall - offsetOf(wall, zone);
  return wall - offsetOf(guess, zone);
}

/** The zone by whose clock a customer says a time, when it is known and not the clock here. */
export function theirZone(zones: readonly string[], at: number): string | undefined {
  const zone = sharedClock(zones, at);
  return zone === undefined || offsetOf(at, zone) === offsetOf(at, undefined) ? undefined : zone;
}

import { isInsideWindow, localTime, nextInsideWindow, type CallingWindow } from '@branchline/shared';

/** Leads are lent this long before their window opens, business ms, so that nobody waits at the opening. */
export const headStartMs = 5 * 60_000;

/** Zones of a list that may be called now. */
export interface OpenCell {
  /** The zones, joined by commas. */
  readonly key: string;
  /** When the window closes, business ms; Infinity when it opens again in the same moment. */
  readonly closesAt: number;
}

/** Cells of a list whose window is open, or opens in a moment. @param now business ms */
export function openCells(zoneKeys: readonly string[], window: CallingWindow, now: number): OpenCell[] {
  return zoneKeys.flatMap((key) => {
    const zones = key.split(',');
    const opens = isInsideWindow(window, now, zones) ? now : nextInsideWindow(window, now, zones);
    if (opens === undefined || opens > now + headStartMs) return [];
    const minutes = Math.min(...zones.map((zone) => window.toMinute - localTime(opens, zone).minute));
    const closes = Math.floor(opens / 60_000 + minutes) * 60_000;
    return [{ key, closesAt: isInsideWindow(window, closes, zones) ? Infinity : closes }];
  });
}

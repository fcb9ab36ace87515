import { unreadable } from './octets.ts';

/** A service centre's time stamp (3GPP TS 23.040 9.2.3.11): swapped digits, the zone in quarter hours with its sign in bit 3. */
export interface MessageTime {
  /** ms since the epoch, UTC. */
  readonly at: number;
  /** Zone of the service centre, minutes east of UTC. */
  readonly zoneMinutes: number;
}

/** @throws BranchlineError `BL_SMS_PDU` for seven octets that are no date */
export function decodeTimestamp(octets: readonly number[]): MessageTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = octets.slice(0, 6).map(digits);
  const zone = octets[6] ?? 0;
  const zoneMinutes = digits(zone & 0xf7) * 15 * (zone & 0x08 ? -1 : 1);
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  if (Number.isNaN(local) || month < 1 || month > 12 || day < 1 || day > 31)
    throw unreadable('its time stamp is no date');
  return { at: local - zoneMinutes * 60_000, zoneMinutes };
}

/** @param zoneMinutes a multiple of 15 between -1185 and 1185 */
export function encodeTimestamp({ at, zoneMinutes }: MessageTime): number[] {
  const local = new Date(at + zoneMinutes * 60_000);
  const quarters = Math.abs(zoneMinutes) / 15;
  return [
    swapped(local.getUTCFullYear() % 100),
    swapped(local.getUTCMonth() + 1),
    swapped(local.getUTCDate()),
    swapped(local.getUTCHours()),
    swapped(local.getUTCMinutes()),
    swapped(local.getUTCSeconds()),
    swapped(quarters) | (zoneMinutes < 0 ? 0x08 : 0),
  ];
}

function digits(octet: number): number {
  return (octet & 0xf) * 10 + (octet >> 4);
}

function swapped(value: number): number {
  return ((value % 10) << 4) | Math.floor(value / 10);
}

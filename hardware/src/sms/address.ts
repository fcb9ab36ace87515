import { pack, septets, textOfSeptets, unpack } from './gsm7.ts';
import { semiOctets, textOfSemiOctets, type OctetReader } from './octets.ts';

/** Type of number in bits 4–6 of the type octet (3GPP TS 23.040 9.1.2.5). */
const international = 0x91;
const unknown = 0x81;
const alphanumeric = 0xd0;

/**
 * An originating or destination address: length, type, value.
 * @param address a number, `+` in front for the international form, or up to 11 letters for a named sender
 */
export function encodeAddress(address: string): number[] {
  if (/^\+?[\d*#abc]+$/.test(address)) {
    const digits = address.replace('+', '').replaceAll(/[*#abc]/g, (char) => 'ABCDE'['*#abc'.indexOf(char)]!);
    return [digits.length, address.startsWith('+') ? international : unknown, ...semiOctets(digits)];
  }
  const codes = Array.from(address).flatMap((char) => septets(char) ?? septets('?')!);
  const packed = pack(codes);
  return [Math.ceil((codes.length * 7) / 4), alphanumeric, ...packed];
}

export function decodeAddress(reader: OctetReader, what: string): string {
  const length = reader.next(what);
  const type = reader.next(what);
  const value = reader.take(Math.ceil(length / 2), what);
  if ((type & 0x70) === 0x50) return textOfSeptets(unpack(value, Math.floor((length * 4) / 7)));
  return prefixed(type, textOfSemiOctets(value).slice(0, length));
}

/** The service centre's address in front of a PDU counts octets, not digits; length 0 means the one of the SIM. */
export function decodeServiceCentre(reader: OctetReader): string | undefined {
  const length = reader.next('service centre');
  if (length === 0) return undefined;
  const [type = unknown, ...value] = reader.take(length, 'service centre');
  return prefixed(type, textOfSemiOctets(value));
}

export function encodeServiceCentre(address: string | undefined): number[] {
  if (address === undefined) return [0];
  const value = semiOctets(address.replace('+', ''));
  return [value.length + 1, address.startsWith('+') ? international : unknown, ...value];
}

function prefixed(type: number, digits: string): string {
  return (type & 0x70) === 0x10 ? `+${digits}` : digits;
}

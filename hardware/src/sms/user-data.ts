import { BranchlineError } from '@branchline/shared';
import { pack, septets, textOfSeptets, unpack } from './gsm7.ts';
import { unreadable } from './octets.ts';

/** What a message is written in; 8-bit data is not text and comes as hexadecimal digits. */
export type Alphabet = 'gsm7' | 'ucs2' | 'data';

/** Place of one part in a long message (3GPP TS 23.040 9.2.3.24.1). */
export interface Part {
  /** Same in all parts, 0–65535. */
  readonly reference: number;
  /** 1–255. */
  readonly total: number;
  /** 1–total. */
  readonly number: number;
}

export interface UserData {
  readonly text: string;
  readonly part?: Part;
}

/** The alphabet of a data coding scheme (23.038 4). */
export function alphabetOf(dcs: number): Alphabet {
  const group = dcs >> 4;
  if (group <= 7) return (['gsm7', 'data', 'ucs2', 'gsm7'] as const)[(dcs >> 2) & 3]!;
  if (group === 0xe) return 'ucs2';
  if (group === 0xf) return dcs & 4 ? 'data' : 'gsm7';
  return 'gsm7';
}

/** Size of one message and of one part of several: septets for GSM-7, UTF-16 units for UCS-2. */
const room = { gsm7: { single: 160, part: 153 }, ucs2: { single: 70, part: 67 } } as const;

/**
 * Cuts a text into what fits into one message each. GSM-7 when every character is in its tables, else UCS-2. No part begins
 * with half a character.
 * @param reference of all parts, 0–255
 * @throws BranchlineError `BL_SMS_INVALID` when it is empty or needs more than 255 parts
 */
export function split(text: string, reference: number): { alphabet: 'gsm7' | 'ucs2'; parts: UserData[] } {
  if (text === '') throw new BranchlineError('BL_SMS_INVALID', { problem: 'the text is empty' });
  const chars = Array.from(text);
  const alphabet = chars.every((char) => septets(char)) ? 'gsm7' : 'ucs2';
  const size = (char: string): number => (alphabet === 'gsm7' ? septets(char)!.length : char.length);
  const total = chars.reduce((sum, char) => sum + size(char), 0);
  if (total <= room[alphabet].single) return { alphabet, parts: [{ text }] };
  const texts = [''];
  let used = 0;
  for (const char of chars) {
    if (used + size(char) > room[alphabet].part) {
      texts.push('');
      used = 0;
    }
    texts[texts.length - 1] += char;
    used += size(char);
  }
  if (texts.length > 255)
    throw new BranchlineError('BL_SMS_INVALID', {
      problem: `it needs ${texts.length} parts, 255 are possible`,
    });
  const parts = texts.map((part, i) => ({
    text: part,
    part: { reference: reference & 0xff, total: texts.length, number: i + 1 },
  }));
  return { alphabet, parts };
}

/** Length octet and octets of user data, the header included. */
export function encodeUserData({ text, part }: UserData, alphabet: 'gsm7' | 'ucs2'): number[] {
  const header = part ? [5, 0, 3, part.reference & 0xff, part.total, part.number] : [];
  if (alphabet === 'ucs2') {
    const octets = [...Buffer.from(text, 'utf16le').swap16()];
    return [header.length + octets.length, ...header, ...octets];
  }
  const codes = Array.from(text).flatMap((char) => septets(char) ?? septets('?')!);
  const { septets: headerSeptets, fillBits } = boundary(header.length);
  return [headerSeptets + codes.length, ...header, ...pack(codes, fillBits)];
}

/** Text after a header starts on a septet boundary. */
function boundary(headerOctets: number): { readonly septets: number; readonly fillBits: number } {
  const septets = Math.ceil((headerOctets * 8) / 7);
  return { septets, fillBits: septets * 7 - headerOctets * 8 };
}

/**
 * @param length the length octet: septets for GSM-7, octets otherwise
 * @throws BranchlineError `BL_SMS_PDU` when it is shorter than it says
 */
export function decodeUserData(
  length: number,
  octets: readonly number[],
  alphabet: Alphabet,
  hasHeader: boolean,
): UserData {
  const headerOctets = hasHeader ? 1 + (octets[0] ?? 0) : 0;
  const expected = alphabet === 'gsm7' ? Math.ceil((length * 7) / 8) : length;
  if (octets.length < expected || headerOctets > octets.length) throw unreadable('its text is cut off');
  const part = hasHeader ? partOf(octets.slice(1, headerOctets)) : undefined;
  const rest = octets.slice(headerOctets, expected);
  const text = (): string => {
    if (alphabet === 'data') return Buffer.from(rest).toString('hex').toUpperCase();
    if (alphabet === 'ucs2')
      return Buffer.from(rest.slice(0, rest.length & ~1))
        .swap16()
        .toString('utf16le');
    const { septets: headerSeptets, fillBits } = boundary(headerOctets);
    return textOfSeptets(unpack(rest, Math.max(0, length - headerSeptets), fillBits));
  };
  return { text: text(), ...(part && { part }) };
}

/** The concatenation element of a header, with an 8-bit (0) or a 16-bit (8) reference. */
function partOf(header: readonly number[]): Part | undefined {
  for (let i = 0; i + 1 < header.length; i += 2 + header[i + 1]!) {
    const value = header.slice(i + 2, i + 2 + header[i + 1]!);
    if (header[i] === 0 && value.length === 3) return checked(value[0]!, value[1]!, value[2]!);
    if (header[i] === 8 && value.length === 4)
      return checked((value[0]! << 8) | value[1]!, value[2]!, value[3]!);
  }
  return undefined;
}

/** Impossible numbers are ignored, header and all (23.040 9.2.3.24.1). */
function checked(reference: number, total: number, number: number): Part | undefined {
  return total > 0 && number > 0 && number <= total ? { reference, total, number } : undefined;
}

import { BranchlineError } from '@branchline/shared';

/** Reads a PDU octet by octet; every read past its end is an error, because a truncated PDU must not become a text. */
export class OctetReader {
  readonly #octets: readonly number[];
  #at = 0;

  /** @throws BranchlineError `BL_SMS_PDU` when `hex` is not pairs of hexadecimal digits */
  constructor(hex: string) {
    if (!/^([0-9A-F]{2})+$/i.test(hex)) throw unreadable('not pairs of hexadecimal digits');
    this.#octets = octetsOfHex(hex);
  }

  get left(): number {
    return this.#octets.length - this.#at;
  }

  next(what: string): number {
    return this.take(1, what)[0]!;
  }

  take(count: number, what: string): readonly number[] {
    if (count > this.left) throw unreadable(`it ends within the ${what}`);
    this.#at += count;
    return this.#octets.slice(this.#at - count, this.#at);
  }
}

export function unreadable(problem: string): BranchlineError {
  return new BranchlineError('BL_SMS_PDU', { problem });
}

export function octetsOfHex(hex: string): number[] {
  return [...Buffer.from(hex, 'hex')];
}

export function hexOfOctets(octets: readonly number[]): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}

/** Digits as swapped semi-octets, padded with F. */
export function semiOctets(digits: string): number[] {
  const even = digits.length % 2 === 0 ? digits : `${digits}F`;
  return (even.match(/../g) ?? []).map((pair) => Number.parseInt(`${pair[1]}${pair[0]}`, 16));
}

/** Semi-octets as text; `*#abc` for the values 10–14 (3GPP TS 23.040 9.1.2.3), F ends it. */
export function textOfSemiOctets(octets: readonly number[]): string {
  const nibbles = octets.flatMap((octet) => [octet & 0xf, octet >> 4]);
  const end = nibbles.indexOf(0xf);
  return (end < 0 ? nibbles : nibbles.slice(0, end)).map((nibble) => '0123456789*#abc'[nibble]).join('');
}

import { createHash } from 'node:crypto';
import { BranchlineError } from '../errors.ts';

/** Bytes of a digest: 2⁻⁶⁴ per entry is the chance that a stranger's number is mistaken for a listed one. */
const digestBytes = 8;
const magic = Buffer.from('BLDNC001');

/**
 * The digest under which a do-not-call entry travels: the list on a branch's disk names nobody.
 * @param number E.164
 * @param scope id of the campaign the entry is limited to, or the region whose register it is of; absent for all campaigns
 */
export function dncDigest(number: string, scope = '*'): Buffer {
  return createHash('sha256').update(`${scope}:${number}`).digest().subarray(0, digestBytes);
}

/** The artifact `dnc`: a header and the sorted digests without repeats. */
export function encodeDncList(digests: Iterable<Buffer>): Buffer {
  const sorted = [...digests].toSorted((a, b) => a.compare(b));
  const unique = sorted.filter((digest, i) => i === 0 || !digest.equals(sorted[i - 1]!));
  return Buffer.concat([magic, ...unique]);
}

/** A do-not-call list as delivered; look-ups are binary searches in the file's own bytes. */
export class DncList {
  readonly #bytes: Buffer;
  readonly size: number;

  /** @throws BranchlineError `BL_CONFIG_INVALID` when the bytes are no do-not-call list */
  constructor(bytes: Buffer = magic) {
    const body = bytes.byteLength - magic.byteLength;
    if (body < 0 || body % digestBytes !== 0 || !bytes.subarray(0, magic.byteLength).equals(magic)) {
      throw new BranchlineError('BL_CONFIG_INVALID', {
        place: 'artifact dnc',
        problem: 'not a do-not-call list',
      });
    }
    this.#bytes = bytes;
    this.size = body / digestBytes;
  }

  /** Whether a number is listed in a scope; without one, for all campaigns. */
  has(number: string, scope?: string): boolean {
    return this.#find(dncDigest(number, scope));
  }

  #find(digest: Buffer): boolean {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const start = magic.byteLength + middle * digestBytes;
      const order = this.#bytes.compare(digest, 0, digestBytes, start, start + digestBytes);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }
}

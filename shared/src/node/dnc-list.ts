import { createHash } from 'node:crypto';
import { dncForms } from '../dnc.ts';
import { BranchlineError } from '../errors.ts';

/** Bytes of a digest: 2⁻⁶⁴ per entry is the chance that a stranger's number is mistaken for a listed one. */
export const dncDigestBytes = 8;
/** What the artifact `dnc` begins with; the sorted digests without repeats follow. */
export const dncMagic = Buffer.from('BLDNC001');
/** What the artifact `dnc-changes` begins with; then: SHA-256 of its `dnc`, count of added digests (32 bits), added, removed, each sorted. */
const changesMagic = Buffer.from('BLDNCCH1');
const changesHead = changesMagic.byteLength + 32 + 4;

/**
 * The digest under which a do-not-call entry travels: the list on a branch's disk names nobody.
 * @param number E.164, or the beginning of numbers with an asterisk
 * @param scope id of the campaign the entry is limited to, or the region whose register it is of; absent for all campaigns
 */
export function dncDigest(number: string, scope = '*'): Buffer {
  return createHash('sha256').update(`${scope}:${number}`).digest().subarray(0, dncDigestBytes);
}

/** The artifact `dnc`: a header and the sorted digests without repeats. */
export function encodeDncList(digests: Iterable<Buffer>): Buffer {
  return Buffer.concat([dncMagic, sorted(digests)]);
}

/** The artifact `dnc-changes`: what was listed and what was taken off since a list was made. @param base its SHA-256, hex */
export function encodeDncChanges(
  base: string,
  changes: readonly { readonly digest: Buffer; readonly listed: boolean }[],
): Buffer {
  const added = sorted(changes.filter(({ listed }) => listed).map(({ digest }) => digest));
  const removed = sorted(changes.filter(({ listed }) => !listed).map(({ digest }) => digest));
  const count = Buffer.alloc(4);
  count.writeUInt32BE(added.byteLength / dncDigestBytes);
  return Buffer.concat([changesMagic, Buffer.from(base, 'hex'), count, added, removed]);
}

function sorted(digests: Iterable<Buffer>): Buffer {
  const inOrder = [...digests].toSorted((a, b) => a.compare(b));
  return Buffer.concat(inOrder.filter((digest, i) => i === 0 || !digest.equals(inOrder[i - 1]!)));
}

/** A do-not-call list as delivered; look-ups are binary searches in the files' own bytes. */
export class DncList {
  readonly #listed: Buffer;
  readonly #added: Buffer;
  readonly #removed: Buffer;

  /** @throws BranchlineError `BL_CONFIG_INVALID` when the bytes are no do-not-call list, or the changes are not of this list */
  constructor(bytes: Buffer = dncMagic, changes?: Buffer) {
    const head = bytes.subarray(0, dncMagic.byteLength);
    this.#listed = bytes.subarray(dncMagic.byteLength);
    if (!head.equals(dncMagic) || this.#listed.byteLength % dncDigestBytes !== 0)
      throw unfit('not a do-not-call list');
    const body = changes?.subarray(changesHead) ?? Buffer.alloc(0);
    const added = changes && changes.byteLength >= changesHead ? changes.readUInt32BE(changesHead - 4) : 0;
    this.#added = body.subarray(0, added * dncDigestBytes);
    this.#removed = body.subarray(added * dncDigestBytes);
    if (!changes) return;
    const base = createHash('sha256').update(bytes).digest();
    if (
      changes.byteLength < changesHead ||
      !changes.subarray(0, changesMagic.byteLength).equals(changesMagic) ||
      !changes.subarray(changesMagic.byteLength, changesHead - 4).equals(base) ||
      this.#added.byteLength !== added * dncDigestBytes ||
      this.#removed.byteLength % dncDigestBytes !== 0
    )
      throw unfit('not the changes of this do-not-call list');
  }

  /** Whether a number is listed in a scope, itself or by its beginning; without a scope, for all campaigns. */
  has(number: string, scope?: string): boolean {
    return dncForms(number).some((form) => this.#has(dncDigest(form, scope)));
  }

  #has(digest: Buffer): boolean {
    if (contains(this.#added, digest)) return true;
    return !contains(this.#removed, digest) && contains(this.#listed, digest);
  }
}

function contains(digests: Buffer, digest: Buffer): boolean {
  let low = 0;
  let high = digests.byteLength / dncDigestBytes - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const start = middle * dncDigestBytes;
    const order = digests.compare(digest, 0, dncDigestBytes, start, start + dncDigestBytes);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function unfit(problem: string): BranchlineError {
  return new BranchlineError('BL_CONFIG_INVALID', { place: 'artifact dnc', problem });
}

/** GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 6.2.1). */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1BÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

const escape = 0x1b;

const extension: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

const septetsOf: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...Array.from(basic).flatMap((char, code) => (code === escape ? [] : [[char, [code]] as const])),
  ...[...extension].map(([code, char]) => [char, [escape, code]] as const),
]);

/** The septets of one character: one, or two for the extension table; undefined when GSM-7 cannot say it. */
export function septets(char: string): readonly number[] | undefined {
  return septetsOf.get(char);
}

/** Text from septets. A code that the extension table does not know stands for itself without the escape (23.038 6.2.1.1). */
export function textOfSeptets(codes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code !== escape) text += basic[code] ?? '';
    else if (++i < codes.length) text += extension.get(codes[i]!) ?? basic[codes[i]!] ?? '';
  }
  return text;
}

/**
 * Packs septets into octets, least significant bit first.
 * @param fillBits 0–6 zero bits before the first septet, so that text after a header starts on a septet boundary
 */
export function pack(codes: readonly number[], fillBits = 0): number[] {
  const octets: number[] = Array.from({ length: Math.ceil((codes.length * 7 + fillBits) / 8) }, () => 0);
  codes.forEach((code, i) => {
    const bit = i * 7 + fillBits;
    const shifted = code << (bit % 8);
    octets[bit >> 3]! |= shifted & 0xff;
    if (shifted > 0xff) octets[(bit >> 3) + 1]! |= shifted >> 8;
  });
  return octets;
}

/** The first `count` septets of packed octets; fewer when the octets end early. */
export function unpack(octets: readonly number[], count: number, fillBits = 0): number[] {
  const available = Math.max(0, Math.floor((octets.length * 8 - fillBits) / 7));
  return Array.from({ length: Math.min(count, available) }, (_, i) => {
    const bit = i * 7 + fillBits;
    const pair = octets[bit >> 3]! | ((octets[(bit >> 3) + 1] ?? 0) << 8);
    return (pair >> (bit % 8)) & 0x7f;
  });
}

import { seededRandom } from '@branchline/shared';

/** Numbers of mobile networks; the eight digits after them are free. */
const prefixes = ['130', '131', '135', '136', '137', '138', '139', '150', '159', '177', '186', '189'];
const cities = ['上海', '北京', '广州', '深圳', '成都', '杭州', '武汉', '西安'];

/** A list of invented people, in pieces of about 64 KiB. @param wrong share of rows without a usable number, 0–1 */
export function* leadList(rows: number, options: { seed?: number; wrong?: number } = {}): Generator<Buffer> {
  const { seed = 1, wrong = 0 } = options;
  const random = seededRandom(seed);
  let piece = 'phone,name,city,note\n';
  for (let i = 0; i < rows; i++) {
    const digits = String(Math.floor(random.next() * 1e8)).padStart(8, '0');
    const number = random.next() < wrong ? `12${i}` : `${prefixes[i % prefixes.length]}${digits}`;
    piece += `${number},Person ${i},${cities[i % cities.length]},asked about offer ${i % 100}\n`;
    if (piece.length < 60_000) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

// Writes the list of the demo: invented people with numbers that are valid in their numbering plan. The same seed gives
// the same file, so it is kept in the repository.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pick, randomInteger, readPhoneNumber, seededRandom } from '@branchline/shared';

const count = 10_000;
const random = seededRandom(20_261_121);
const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹'.split('');
const given = '伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文辉'.split('');
const cities = [
  { city: '北京', zone: 'Asia/Shanghai', prefixes: ['138', '139', '150', '186'], code: '+86' },
  { city: '上海', zone: 'Asia/Shanghai', prefixes: ['136', '137', '159', '188'], code: '+86' },
  { city: '广州', zone: 'Asia/Shanghai', prefixes: ['135', '158', '187', '133'], code: '+86' },
  { city: '香港', zone: 'Asia/Hong_Kong', prefixes: ['9', '6'], code: '+852' },
] as const;

const seen = new Set<string>();
const rows = ['list,name,phone,phone2,city,zone,plan'];
while (seen.size < count) {
  const place = random.next() < 0.04 ? cities[3] : cities[randomInteger(random, 0, 2)]!;
  const number = phone(place);
  if (seen.has(number)) continue;
  seen.add(number);
  const name =
    pick(random, surnames) + pick(random, given) + (random.next() < 0.6 ? pick(random, given) : '');
  const second = random.next() < 0.12 ? phone(place) : '';
  const list = random.next() < 0.7 ? 'autumn' : 'service';
  rows.push([list, name, number, second, place.city, place.zone, pick(random, ['A', 'B', 'C'])].join(','));
}
await writeFile(join(import.meta.dirname, 'leads.csv'), `${rows.join('\n')}\n`);

function phone(place: (typeof cities)[number]): string {
  for (;;) {
    const prefix = pick(random, place.prefixes);
    const digits = place.code === '+86' ? 11 - prefix.length : 8 - prefix.length;
    const rest = Array.from({ length: digits }, () => randomInteger(random, 0, 9)).join('');
    try {
      return readPhoneNumber(`${place.code}${prefix}${rest}`, 'CN').e164;
    } catch {
      // Not every combination is in the numbering plan.
    }
  }
}

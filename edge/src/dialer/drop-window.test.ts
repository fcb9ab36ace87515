import { expect, test } from 'vitest';
import { DropWindow } from './drop-window.ts';

const evening = Date.parse('2026-11-18T15:59:00Z'); // 23:59 in Shanghai
const zone = 'Asia/Shanghai';
const nothing = { answered: 0, abandoned: 0, expected: 0 };

test('drops count from midnight at the site on', () => {
  const drops = new DropWindow();
  drops.count(evening, zone, { answered: 1, expected: 0.2 });
  drops.count(evening, zone, { answered: 1, abandoned: 1 });
  expect(drops.at(evening, zone)).toEqual({ answered: 2, abandoned: 1, expected: 0.2 });
  expect(drops.at(evening + 60_000, zone)).toEqual(nothing);
});

test('a clock set back does not forgive what was dropped', () => {
  const drops = new DropWindow();
  drops.count(evening, zone, { answered: 40, abandoned: 1 });
  expect(drops.at(evening - 86_400_000, zone)).toEqual({ answered: 40, abandoned: 1, expected: 0 });
});

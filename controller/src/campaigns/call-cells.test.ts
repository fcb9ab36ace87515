import { expect, test } from 'vitest';
import { openCells } from './call-cells.ts';

const window = { fromMinute: 540, toMinute: 1200, weekdays: [1, 2, 3, 4, 5, 6, 7] };
const keys = ['Asia/Shanghai', 'Europe/Paris', 'America/Los_Angeles,America/New_York'];
const open = (at: string) => openCells(keys, window, Date.parse(at)).map(({ key }) => key);

test('zones are open when every zone of the key is, or opens within minutes', () => {
  expect(open('2026-05-12T04:00:00Z')).toEqual(['Asia/Shanghai']);
  expect(open('2026-05-12T00:56:00Z')).toEqual(['Asia/Shanghai']);
  expect(open('2026-05-12T00:50:00Z')).toEqual([]);
  expect(open('2026-05-12T15:00:00Z')).toEqual(['Europe/Paris']);
  expect(open('2026-05-12T17:00:00Z')).toEqual(['Europe/Paris', 'America/Los_Angeles,America/New_York']);
});

test('a cell closes when the window closes in the first of its zones, and never when it opens again at once', () => {
  const closes = (at: string) =>
    openCells(keys, window, Date.parse(at)).map(({ closesAt }) => new Date(closesAt).toISOString());
  expect(closes('2026-05-12T04:00:30Z')).toEqual(['2026-05-12T12:00:00.000Z']);
  expect(closes('2026-05-12T00:56:00Z')).toEqual(['2026-05-12T12:00:00.000Z']);
  expect(closes('2026-05-12T17:00:00Z')).toEqual(['2026-05-12T18:00:00.000Z', '2026-05-13T00:00:00.000Z']);
  const always = { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5] };
  const midday = (day: string) => openCells(['Asia/Shanghai'], always, Date.parse(`${day}T04:00:00Z`));
  expect(midday('2026-05-12')).toEqual([{ key: 'Asia/Shanghai', closesAt: Infinity }]);
  expect(midday('2026-05-15')).toEqual([
    { key: 'Asia/Shanghai', closesAt: Date.parse('2026-05-15T16:00:00Z') },
  ]);
});

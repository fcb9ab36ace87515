import { expect, test } from 'vitest';
import { pathOf } from './day-chart.tsx';

const point = (at: number) => ({ at, value: 0 });

test('a line is drawn through what was told and broken where nothing was', () => {
  const at = ({ at: x }: { at: number }): string => `${x},0`;
  expect(pathOf([point(0), point(10), point(20), point(90), point(100)], 10, at)).toBe(
    'M0,0L10,0L20,0M90,0L100,0',
  );
  expect(pathOf([], 10, at)).toBe('');
});

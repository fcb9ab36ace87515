import { expect, test } from 'vitest';
import { lineOf } from './health-chart.tsx';

const point = (at: number) => ({ at, edge: 'e', cpu: 0, memory: 0, disk: 0, channels: 0, outboxPending: 0 });

test('a line is drawn through what was told and broken where nothing was', () => {
  const at = ({ at: x }: { at: number }): string => `${x},0`;
  expect(lineOf([point(0), point(10), point(20), point(90), point(100)], 10, at)).toBe(
    'M0,0L10,0L20,0M90,0L100,0',
  );
  expect(lineOf([], 10, at)).toBe('');
});

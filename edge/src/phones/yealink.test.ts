import { expect, test } from 'vitest';
import { zoneText } from './yealink.ts';

test.each([
  [480, '+8'],
  [330, '+5:30'],
  [0, '+0'],
  [-210, '-3:30'],
  [-300, '-5'],
])('a zone %i minutes east is written %s', (minutes, text) => {
  expect(zoneText(minutes)).toBe(text);
});

import { expect, test } from 'vitest';
import { marksOf } from './events.ts';

test.each([
  ['a phone that dials', { variable_bl_extension: '1009', variable_dialed_user: '1001' }, '1009'],
  ['a phone that is rung and has not answered', { variable_dialed_user: '1001' }, '1001'],
  [
    'a customer for whom phones ring',
    { variable_bl_role: 'customer', variable_dialed_user: '1001' },
    undefined,
  ],
])('the extension of %s', (_, event, extension) => expect(marksOf(event).extension).toBe(extension));

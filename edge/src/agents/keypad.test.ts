import { expect, test } from 'vitest';
import { readKeys } from './keypad.ts';

test.each([
  ['3', { do: 'disposition', key: '3' }],
  ['*', { do: 'wait' }],
  ['**', { do: 'end-call' }],
  ['*1', { do: 'wait' }],
  ['*13', { do: 'wait' }],
  ['*132', { do: 'feature', wants: 'break', digits: '2' }],
  ['*14', { do: 'feature', wants: 'ready', digits: '' }],
  ['*16', { do: 'feature', wants: 'next', digits: '' }],
  ['#', { do: 'nothing' }],
  ['*19', { do: 'nothing' }],
])('the keys %s mean %o', (keys, action) => expect(readKeys(keys)).toEqual(action));

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
  ['*17', { do: 'wait' }],
  ['*17093', { do: 'wait' }],
  ['*170930', { do: 'feature', wants: 'promise', digits: '0930' }],
  ['*17#', { do: 'feature', wants: 'promise', digits: '' }],
  ['*1709#', { do: 'nothing' }],
  ['#', { do: 'nothing' }],
  ['*19', { do: 'nothing' }],
  ['*71002#', { do: 'call', key: { do: 'transfer', extension: '1002' } }],
  ['*41002', { do: 'wait' }],
  ['*7138000000', { do: 'wait' }],
  ['*713800000009#', { do: 'call', key: { do: 'transfer', number: '13800000009' } }],
  ['*402155550100#', { do: 'call', key: { do: 'consult', number: '02155550100' } }],
  ['*7#', { do: 'nothing' }],
])('the keys %s mean %o', (keys, action) => expect(readKeys(keys)).toEqual(action));

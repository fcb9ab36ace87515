import { describe, expect, test } from 'vitest';
import { deskCustomer } from './view.ts';

const number = '+8613900000001';
const fields = (all: Record<string, string>, masked: boolean, of = number) =>
  deskCustomer(of, { fields: all }, { masked }).fields;

describe('whoever may not see numbers sees none in the fields of a list', () => {
  test.each([
    ['139 0000 0001', '139********01'],
    ['(0)139-0000-0001', '(0)***********01'],
    ['+86 139 0000 0001', '+86************01'],
    // With something beside it a part would say the rest.
    ['13900000001 (mornings)', '***'],
    ['mobile: 139 0000 0001, home: 010 6552 9988', '***'],
    ['13900000001#12', '***'],
    ['0086139000000019', '***'],
    ['https://crm.example/p?tel=13900000001&x=1', '***'],
  ])('%j is %j', (text, seen) => {
    expect(fields({ phone: text }, true)).toEqual({ phone: seen });
    expect(fields({ phone: text }, false)).toEqual({ phone: text });
  });

  test.each(['Wang', '2026-11-18', '010 6552 9988', '0001', ''])('%j is nobody’s number', (text) => {
    expect(fields({ phone: text }, true)).toEqual({ phone: text });
  });

  test('and none is known of a caller who withheld it', () => {
    expect(fields({ phone: '13900000001' }, true, '')).toEqual({ phone: '13900000001' });
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPhoneNumber } from '@branchline/shared';
import { dncColumn, NumberCompleter, readDncRow } from './dnc-row.ts';

test('the numbers of a list are found under a heading, and in a list without one', () => {
  expect(dncColumn(['added', 'Phone Number'])).toEqual({ at: 1, heading: true });
  expect(dncColumn(['phone_number', 'campaign_id'])).toEqual({ at: 0, heading: true });
  expect(dncColumn(['2015550123'])).toEqual({ at: 0, heading: false });
});

test('numbers are read as people write them; beginnings by an asterisk, in lists of VICIdial by X', () => {
  const read = (text: string, vicidial = false) =>
    readDncRow([text], 0, { vicidial }, 'US', new NumberCompleter('US'));
  expect(read('(201) 555-0123')).toEqual({ number: '+12015550123' });
  expect(read('+4477*')).toEqual({ number: '+4477*' });
  expect(read('+1*')).toHaveProperty('problem');
  expect(read('201XXXXXXX', true)).toEqual({ number: '+1201*' });
  expect(read('201XXXXXXX')).toHaveProperty('problem');
  expect(read('nobody', true)).toHaveProperty('problem');
});

test('a list of VICIdial’s campaigns gives the rows of the one that was asked for', () => {
  const kind = { vicidial: true, vicidialCampaign: 'SALES' };
  expect(readDncRow(['2015550123', 'SALES'], 0, kind, 'US', new NumberCompleter('US'))).toEqual({
    number: '+12015550123',
  });
  expect(readDncRow(['2015550123', 'OTHER'], 0, kind, 'US', new NumberCompleter('US'))).toBeUndefined();
});

test('whatever was read before, an existing number is completed as its numbering plan says', () => {
  const forms = {
    CN: [/^1[3-9]\d{9}$/, /^0?10\d{8}$/],
    GB: [/^07[7-9]\d{8}$/, /^7[7-9]\d{8}$/, /^\+447[7-9]\d{8}$/],
    US: [/^[2-9]\d{2}[2-9]\d{6}$/, /^1[2-9]\d{2}[2-9]\d{6}$/],
  };
  for (const [region, patterns] of Object.entries(forms)) {
    const completer = new NumberCompleter(region);
    fc.assert(
      fc.property(fc.oneof(...patterns.map((pattern) => fc.stringMatching(pattern))), (text) => {
        let known: string;
        try {
          known = readPhoneNumber(text, region).e164;
        } catch {
          return;
        }
        expect(completer.complete(text)).toBe(known);
      }),
      { numRuns: 300 },
    );
  }
});

import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskNumber } from '@branchline/shared';
import { stringifyRow } from '../http/csv-text.ts';
import { readColumns } from './list-columns.ts';
import { findDelimiter, firstWrongByte, readList, TextGate } from './list-reader.ts';
import { priorityOfRank, readCallback, readStatusTable, standingOf } from './vicidial-list.ts';
import { readListRow } from './list-row.ts';

async function rowsOf(chunks: Iterable<Buffer>): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const { cells } of readList(Readable.from(chunks), new TextGate())) rows.push([...cells]);
  return rows;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

test('what is written as CSV is read back the same, however the bytes are cut', async () => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', '中', '😀', '"', ',', ';', '\n', ' ', 'é') })
    .filter((text) => text.trim() !== '');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async (cells, sizes) => {
        const text = ['phone,name\r\n', ...cells.map((row) => stringifyRow(row))].join('');
        expect(await rowsOf(cut(Buffer.from(text), sizes))).toEqual([['phone', 'name'], ...cells]);
      },
    ),
    { numRuns: 200 },
  );
});

test('the first wrong byte is found where it is, also across the cuts of an upload', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (text, size) => {
        const good = Buffer.from(`phone\n${text}`);
        const bytes = Buffer.concat([good, Buffer.from([0xc3, 0x28]), Buffer.from('\nrest')]);
        expect(firstWrongByte(bytes)).toBe(good.length);
        await expect(rowsOf(cut(bytes, [size]))).rejects.toMatchObject({
          details: { position: good.length },
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('a list that ends in the middle of a character is refused', async () => {
  await expect(rowsOf([Buffer.from('phone\n1'), Buffer.from([0xe4, 0xbd])])).rejects.toMatchObject({
    code: 'BL_IMPORT_ENCODING',
    details: { position: 7 },
  });
});

test('the delimiter is the commonest one of the heading outside quotes', () => {
  expect(findDelimiter('a,b,c')).toBe(',');
  expect(findDelimiter('a;b;"x,y,z"')).toBe(';');
  expect(findDelimiter('a\tb')).toBe('\t');
  expect(findDelimiter('phone')).toBe(',');
});

test('headings are recognised in any case, with numbers, and in Chinese', () => {
  expect(readColumns(['Name', 'PHONE', 'Phone 2', 'mobile_3', 'City'])).toEqual({
    width: 5,
    phones: [1, 2, 3],
    fields: [
      { at: 0, name: 'name' },
      { at: 4, name: 'City' },
    ],
  });
  expect(readColumns(['手机号码', '时区', '姓名'])).toMatchObject({
    phones: [0],
    zone: 1,
    fields: [{ at: 2, name: 'name' }],
  });
});

test('headings that are there twice keep their values apart', () => {
  expect(readColumns(['phone', 'x', 'x', '']).fields.map((field) => field.name)).toEqual([
    'x',
    'x 2',
    'column 4',
  ]);
});

test('a row without any number, with a wrong one, a wrong zone or too long a text says so', () => {
  const columns = readColumns(['phone', 'phone2', 'zone', 'note']);
  const read = (...cells: string[]) => readListRow(cells, columns, 'CN', ({ zones }) => zones);
  expect(read('13900000001', '', '', 'hello')).toMatchObject({
    firstNumber: '+8613900000001',
    fields: { note: 'hello' },
  });
  expect(read('', '', '', '')).toEqual({ problem: 'it has no phone number' });
  expect(read('13900000001', '123', '', '')).toHaveProperty('problem');
  expect(read('13900000001', '', 'Moon/Crater', '')).toEqual({
    problem: 'there is no time zone "Moon/Crater"',
  });
  expect(read('13900000001', '', '', 'x'.repeat(501))).toEqual({
    problem: '"note" is longer than 500 characters',
  });
  expect(read('13900000001', '')).toEqual({ problem: 'it has 2 cells, the heading has 4' });
});

test('cells that a spreadsheet would run are disarmed, numbers are left alone', () => {
  expect(stringifyRow(['=1+1', '@x', '+8613900000001', '-5', 'a"b'])).toBe(
    `'=1+1,'@x,+8613900000001,-5,"a""b"\r\n`,
  );
});

test('a masked number keeps its length and hides most of itself', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+?\d{0,15}$/), (number) => {
      const masked = maskNumber(number);
      expect(masked).toHaveLength(number.length);
      expect(masked.replaceAll('*', '').length).toBeLessThanOrEqual(5);
    }),
  );
  expect(maskNumber('+8613912345678')).toBe('+86*********78');
});

test('evidence of consent comes whole or is refused, and its date has a zone', () => {
  const columns = readColumns(['phone', 'consent_at', 'consent_how', 'consent_reference', 'city']);
  expect(columns.fields.map(({ name }) => name)).toEqual(['city']);
  const read = (...consent: string[]) =>
    readListRow(['13900000001', ...consent, 'Xi’an'], columns, 'CN', ({ zones }) => zones);
  expect(read('2026-05-31T09:30+08:00', 'web form', 'f/12')).toMatchObject({
    consent: { at: Date.parse('2026-05-31T01:30:00Z'), how: 'web form', reference: 'f/12' },
  });
  expect(read('2026-05-31', 'web form', 'f/12')).toMatchObject({ consent: { reference: 'f/12' } });
  expect(read('', '', '')).not.toHaveProperty('consent');
  expect(read('2026-05-31', '', 'f/12')).toMatchObject({ problem: expect.stringContaining('when, how') });
  expect(read('2026-05-31T09:30', 'web form', 'f/12')).toMatchObject({
    problem: expect.stringContaining('no date'),
  });
  expect(read('yesterday', 'web form', 'f/12')).toMatchObject({
    problem: expect.stringContaining('no date'),
  });
});

const vicidial =
  'lead_id,vendor_lead_code,list_id,phone_code,phone_number,first_name,alt_phone,status,called_count';
const vicidialRow = (...cells: string[]) =>
  readListRow(cells, readColumns(vicidial.split(',')), 'CN', ({ zones }) => zones);

test.each([
  ['NEW', '0', { standing: 'open', attempts: 0 }],
  ['', '', { standing: 'open', attempts: 0 }],
  ['na', '3', { standing: 'open', attempts: 3 }],
  ['SALE', '1', { standing: 'finished', attempts: 1 }],
  ['DC', '2', { standing: 'exhausted', attempts: 2 }],
  ['DNCL', '0', { standing: 'do-not-call', attempts: 0 }],
])("VICIdial's status %s after %s calls is %o", (status, count, past) => {
  const lead = vicidialRow('7', 'A1', '101', '1', '2125552368', 'Ann', '', status, count);
  expect(lead).toMatchObject({
    past,
    firstNumber: '+12125552368',
    fields: { vendor_lead_code: 'A1', first_name: 'Ann' },
  });
  expect(Object.keys((lead as { fields: object }).fields)).not.toContain('status');
});

test('a status that VICIdial does not come with is not guessed at, and a second number is dialed after the first', () => {
  expect(vicidialRow('7', '', '1', '1', '2125552368', '', '', 'HOTLED', '1')).toEqual({
    problem: `its status "HOTLED" is none of VICIdial's own: say what it means`,
    unknownStatus: 'HOTLED',
  });
  expect(vicidialRow('7', '', '1', '44', '2079460018', '', '+442079460019', 'B', '1')).toMatchObject({
    numbers: [{ number: '+442079460018' }, { number: '+442079460019' }],
  });
});

const published =
  'status,status_name,selectable,human_answered,category,sale,dnc,customer_contact,not_interested,unworkable,scheduled_callback,completed';

test('an uploaded table of statuses says what a center meant by its own', () => {
  const table = `${published}\nHOTLED,Hot lead,Y,Y,UNDEFINED,N,N,Y,N,N,N,N\nLEGAL,Lawyer,Y,Y,UNDEFINED,N,Y,Y,N,N,N,Y
"CLOSED","Closed, won",Y,Y,UNDEFINED,Y,N,Y,N,N,N,Y\nFAXMOD,Fax,N,N,UNDEFINED,N,N,N,N,Y,N,N\nLATER,Later,Y,Y,UNDEFINED,N,N,Y,N,N,Y,N\n`;
  expect(readStatusTable(table)).toEqual({
    HOTLED: 'open',
    LEGAL: 'do-not-call',
    CLOSED: 'finished',
    FAXMOD: 'exhausted',
    LATER: 'open',
  });
  for (const bad of [
    'status,status_name\nA,b',
    `${published}\nA,b,Y,Y,U,x,N,N,N,N,N,N`,
    'status\n"',
    `${published}\n,b,Y,Y,U,N,N,N,N,N,N,N`,
  ])
    expect(() => readStatusTable(bad)).toThrow('/statuses');
});

test('what somebody says of a status goes before what VICIdial means by it, and flags of the row help where neither is known', () => {
  expect(standingOf('hotled', { HOTLED: 'finished' })).toBe('finished');
  expect(standingOf('NI', { NI: 'open' })).toBe('open');
  const columns = readColumns(
    'phone_code,phone_number,status,sale,dnc,not_interested,unworkable,completed,scheduled_callback'.split(
      ',',
    ),
  );
  const read = (status: string, ...cells: string[]) =>
    readListRow(['1', '2125552368', status, ...cells], columns, 'US', ({ zones }) => zones);
  expect(read('MINE', 'N', 'N', 'Y', 'N', 'N', 'N')).toMatchObject({ past: { standing: 'finished' } });
  expect(read('MINE', '', '', '', '', '', '')).toMatchObject({ unknownStatus: 'MINE' });
});

test.each([
  ['0', 50],
  ['', undefined],
  ['99', 100],
  ['-99', 0],
  ['1', 51],
  ['-2', 49],
  ['32767', 100],
  ['high', undefined],
])("VICIdial's rank %s is priority %s", (rank, priority) => {
  expect(priorityOfRank(rank)).toBe(priority);
});

test.each([
  ['2026-12-01 09:30:00', 'USERONLY', '2026-12-01T14:30:00Z', 'ann'],
  ['2026-12-01 09:30:00', 'ANYONE', '2026-12-01T14:30:00Z', undefined],
  ['2026-07-01 09:30:00', '', '2026-07-01T13:30:00Z', 'owen'],
  ['2026-12-01T09:30Z', '', '2026-12-01T09:30:00Z', 'owen'],
  ['0000-00-00 00:00:00', 'ANYONE', undefined, undefined],
  ['tomorrow', 'ANYONE', undefined, undefined],
])('a callback at %s for %s is one at %s', (time, recipient, at, user) => {
  const read = (status: string) =>
    readCallback({ status, time, recipient, user: 'ann', owner: 'owen' }, 'America/New_York');
  expect(read('NA')).toBeUndefined();
  expect(read('CALLBK')).toEqual(at && { at: Date.parse(at), ...(user && { user }) });
});

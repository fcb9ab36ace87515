import fc from 'fast-check';
import { expect, test } from 'vitest';
import { causeInText } from './procedures.ts';
import { dbmOf, fieldsOf, readReport } from './report.ts';
import { profileById, profileOf, usbLayout } from './profile.ts';
import { decodeUssd } from './ussd.ts';

test.each([
  ['^CEND: 1,0, 67, 21', { type: 'call', stage: 'ended', id: 1, endStatus: 67, cause: 21 }],
  ['^CEND:1,82,29', { type: 'call', stage: 'ended', id: 1, endStatus: 29 }],
  ['+CREG: 1,"CE00","00005449"', { type: 'registration', domain: 'cs', status: 1 }],
  ['+CEREG: 5', { type: 'registration', domain: 'eps', status: 5 }],
  ['+CLIP: "139",145,,,,0', { type: 'caller', number: '139' }],
  ['+CLIP: "",128,"",,"",2', { type: 'caller' }],
  ['+CMTI: "SM",3', { type: 'message', memory: 'SM', index: 3 }],
  ['+CDSI: "SR",1', { type: 'message', memory: 'SR', index: 1 }],
  ['^RSSI:99', { type: 'signal', dbm: undefined }],
  ['+QIND: "csq",23,99', { type: 'signal', dbm: -67 }],
  ['+CUSD: 0,"a,b",15', { type: 'ussd', mode: 0, text: 'a,b', dcs: 15 }],
  ['+CPIN: NOT READY', { type: 'sim', sign: 'removed' }],
  ['^SIMST:255,1', { type: 'sim', sign: 'removed' }],
  ['VOICE CALL:END:', { type: 'call', stage: 'ended' }],
])('%s is understood', (line, expected) => {
  expect(readReport(line, undefined, 'quectel')).toEqual(expected);
});

test.each([
  'VOICE CALL: BEGIN',
  '+COLP: "139",129',
  '^BOOT:1,2',
  'Call Ready',
  '*PSUTTZ: 1',
  'OK',
  '+CREG: x',
  '^CSNR:1',
])('%s means nothing for calls or network', (line) => {
  expect(readReport(line, undefined, 'quectel')).toBeUndefined();
});

test('the same DSCI number means another thing in another dialect', () => {
  const quectel = '^DSCI: 1,0,3,0,13900139000,129,0';
  expect(readReport(quectel, undefined, 'quectel')).toMatchObject({ stage: 'active', number: '13900139000' });
  const other = '^DSCI: 1,0,6,0,0,"13610139000",129,,17,128,"",255';
  expect(readReport(other, undefined, 'clcc')).toEqual({
    type: 'call',
    stage: 'ended',
    id: 1,
    number: '13610139000',
    cause: 17,
  });
});

test('signal is told in dBm', () => {
  expect([0, 15, 31, 99].map(dbmOf)).toEqual([-113, -83, -51, undefined]);
});

test('values keep commas within quotes', () => {
  expect(fieldsOf('+X: 1, "a,b" ,,"",7')).toEqual(['1', 'a,b', '', '', '7']);
});

test.each([
  ['+CEER: "16 Normal call clearing"', 16],
  ['+CEER: 0,0,5,16,normal call clearing', 16],
  ['+CEER: "0 Unknown"', undefined],
  ['+CEER: No cause information available', undefined],
])('the cause in %s', (line, cause) => {
  expect(causeInText(line)).toBe(cause);
});

test('families are told by maker and model, sticks by their USB ids', () => {
  const by = (maker: string, model: string): string => profileOf(maker, model).id;
  expect(by('huawei', 'E173')).toBe('huawei');
  expect(by('SIMCOM_Ltd', 'SIMCOM_SIM800C')).toBe('sim800c');
  expect(by('SIMCOM INCORPORATED', 'SIMCOM_SIM7600CE')).toBe('sim7600');
  expect(by('INCORPORATED', 'A7670C-LASS')).toBe('a7670');
  expect(by('Quectel', 'EC25')).toBe('ec20');
  expect(by('', '')).toBe('generic');
  expect(usbLayout('12D1', '1001')).toMatchObject({ at: 2, audio: 1 });
  expect(usbLayout('2c7c', '0125')).toMatchObject({ at: 2 });
  expect(usbLayout('0403', '6001')).toBeUndefined();
  expect(profileById('a7670').answerSupervision).toBe('none');
});

test('USSD texts are decoded whatever form they come in', () => {
  expect(decodeUssd('60A876844F59989D4E3A00350030002E003000305143', 72)).toBe('您的余额为50.00元');
  expect(decodeUssd('AA180C3602', 15)).toBe('*100#');
  expect(decodeUssd('Balance: 12.50', 15)).toBe('Balance: 12.50');
  expect(decodeUssd('1250', 15)).toBe('1250');
});

test('no line breaks the reader', () => {
  const tail = fc.string({ unit: 'binary-ascii', maxLength: 60 });
  const prefix = fc.constantFrom(
    '',
    '+CREG:',
    '^CEND:',
    '^DSCI:',
    '+CLCC:',
    '+CUSD:',
    '+CMTI:',
    '+CPIN:',
    'VOICE CALL:',
  );
  fc.assert(
    fc.property(prefix, tail, fc.constantFrom('quectel' as const, 'clcc' as const), (head, rest, dialect) => {
      expect(() => readReport(`${head}${rest}`, undefined, dialect)).not.toThrow();
    }),
    { numRuns: 1_000 },
  );
});

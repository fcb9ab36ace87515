import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, DeviceFacts } from '@branchline/shared';
import { deviceFacts } from './device.ts';

test('whatever a device says of itself, what is told of it fits the contract', () => {
  const said = fc.option(fc.string({ unit: 'binary', maxLength: 300 }), { nil: undefined });
  fc.assert(
    fc.property(fc.record({ model: said, firmware: said, driver: said, imei: said }), (facts) => {
      const told = deviceFacts(facts);
      expect(check(DeviceFacts, told)).toBe(told);
    }),
  );
});

test('what is no identity is left out', () => {
  const facts = { model: ' Quectel\u0000 EC20 ', firmware: '', imei: 'ERROR' };
  expect(deviceFacts(facts)).toEqual({ model: 'Quectel EC20' });
  expect(deviceFacts({ imei: '861120042000012' })).toEqual({ imei: '861120042000012' });
});

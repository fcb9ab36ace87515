import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isZone } from '../calling-window.ts';
import { readPhoneNumber } from '../phone-number.ts';
import { operatorAndPlace, zonesByArea } from './number-tables.ts';

const zonesOf = async (number: string): Promise<readonly string[]> =>
  (await zonesByArea())(readPhoneNumber(number, 'CN'));

test.each([
  ['+12125552368', ['America/New_York']],
  ['+13105552368', ['America/Los_Angeles']],
  ['+18085552368', ['Pacific/Honolulu']],
  ['+74232201234', ['Asia/Vladivostok']],
  ['+61292345678', ['Australia/Sydney']],
  ['+861088886666', ['Asia/Shanghai']],
  ['+33142345678', ['Europe/Paris']],
])('%s is called by the clocks of its area, %j', async (number, zones) => {
  expect(await zonesOf(number)).toEqual(zones);
});

test.each([
  ['+79161234567', 'Asia/Vladivostok'],
  ['+61412345678', 'Australia/Perth'],
  ['+8613912345678', 'Asia/Urumqi'],
  ['+18005552368', 'Pacific/Honolulu'],
])('%s has no place: it may be in %s', async (number, zone) => {
  expect(await zonesOf(number)).toContain(zone);
});

test('an area never has other zones than its country, and always one', async () => {
  const look = await zonesByArea();
  const areas = fc.constantFrom('+1', '+7', '+61', '+62', '+52', '+55', '+86', '+998', '+44');
  fc.assert(
    fc.property(areas, fc.stringMatching(/^[1-9]\d{6,11}$/), (code, rest) => {
      let number;
      try {
        number = readPhoneNumber(code + rest, 'CN');
      } catch {
        return;
      }
      const zones = look(number);
      expect(zones.length).toBeGreaterThan(0);
      for (const zone of zones) {
        expect(number.zones).toContain(zone);
        expect(isZone(zone)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('operator and place come from the tables of the plan', async () => {
  expect(await operatorAndPlace(readPhoneNumber('+861088886666', 'CN'))).toEqual({
    operator: '',
    place: 'Beijing',
  });
});

import fc from 'fast-check';
import { getCountries, getCountryCallingCode, isValidPhoneNumber } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { isInsideWindow, nextInsideWindow } from './calling-window.ts';
import { ManualClock, scaledClock, sleep } from './clock.ts';
import { idSource, isId } from './ids.ts';
import { isEmergencyNumber, readPhoneNumber } from './phone-number.ts';
import { seededRandom } from './random.ts';

test('ids are lowercase, sort by creation, never repeat, and a clock set back does not break the order', () => {
  const clock = new ManualClock(1_800_000_000_000);
  const next = idSource(clock);
  const ids = Array.from({ length: 5000 }, (_, i) => {
    if (i === 1000) clock.jump(-3_600_000);
    if (i % 7 === 0) clock.advance(1);
    return next();
  });
  expect(ids).toEqual(ids.toSorted());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => isId(id) && id === id.toLowerCase())).toBe(true);
});

test('two sources that start in the same millisecond do not collide', () => {
  const clock = new ManualClock(1);
  const [a, b] = [idSource(clock), idSource(clock)];
  const ids = Array.from({ length: 2000 }, (_, i) => (i % 2 ? a() : b()));
  expect(new Set(ids).size).toBe(2000);
});

test('a seed repeats its sequence and neighbouring seeds differ', () => {
  const draw = (seed: number) =>
    Array.from(
      { length: 5 },
      (
        (random) => () =>
          random.next()
      )(seededRandom(seed)),
    );
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)[0]).not.toBeCloseTo(draw(8)[0]!, 2);
});

test('a scaled clock runs as fast as it says and its timers with it', async () => {
  const base = new ManualClock(0);
  const clock = scaledClock({ speed: 10, real: 0, business: 1000 }, base);
  const waited = sleep(clock, 1000).then(() => clock.now());
  base.advance(99);
  expect(clock.now()).toBe(1990);
  base.advance(1);
  expect(await waited).toBe(2000);
});

test.each([
  ['139 1234 5678', 'CN', '+8613912345678'],
  ['０１０－６２３４５６７８', 'CN', '+861062345678'],
  ['+44 20 7946 0958', 'CN', '+442079460958'],
  ['(212) 555-2368', 'US', '+12125552368'],
])('%s in %s is %s', (input, region, e164) => expect(readPhoneNumber(input, region).e164).toBe(e164));

test.each(['', 'call me', '12', '1391234567890123', '139-1234-567x', '+86 000', "13912345678'; DROP TABLE"])(
  '%j is refused with a code',
  (input) => {
    expect(() => readPhoneNumber(input, 'CN')).toThrow(expect.objectContaining({ code: 'BL_PHONE_INVALID' }));
  },
);

test('a number is taken exactly when it is valid in the numbering plan', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...getCountries()),
      fc.constantFrom('CN', 'US', 'DE'),
      fc.stringMatching(/^[1-9]\d{5,11}$/),
      (country, region, digits) => {
        for (const text of [`+${getCountryCallingCode(country)}${digits}`, digits]) {
          const read = (): unknown => readPhoneNumber(text, region);
          if (isValidPhoneNumber(text, region)) expect(read).not.toThrow();
          else expect(read).toThrow(expect.objectContaining({ code: 'BL_PHONE_INVALID' }));
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('a number of a region with several zones may be called only when all of them allow it', () => {
  const { zones } = readPhoneNumber('+12125552368', 'US');
  expect(zones.length).toBeGreaterThan(4);
  const window = { fromMinute: 540, toMinute: 1200, weekdays: [1, 2, 3, 4, 5] };
  expect(isInsideWindow(window, Date.parse('2026-11-18T14:00:00Z'), ['America/New_York'])).toBe(true);
  expect(
    isInsideWindow(window, Date.parse('2026-11-18T14:00:00Z'), ['America/New_York', 'America/Los_Angeles']),
  ).toBe(false);
  expect(isInsideWindow(window, Date.parse('2026-11-18T14:00:00Z'), [])).toBe(false);
});

test('the next opening is inside the window and nothing before it is, over summer time and weekends', () => {
  const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(
      zone,
      fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-31') }),
      fc.nat(1300),
      (z, from, fromMinute) => {
        const window = { fromMinute, toMinute: fromMinute + 60, weekdays: [1, 3, 5] };
        const opening = nextInsideWindow(window, from, [z])!;
        expect(isInsideWindow(window, opening, [z])).toBe(true);
        expect(opening === from || !isInsideWindow(window, opening - 60_000, [z])).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['110', true],
  ['1-1-0', true],
  [' 110 ', true],
  ['０１１０', true],
  ['0110', true],
  ['9,110', true],
  ['+86110', true],
  ['0086 110', true],
  ['17951119', true],
  ['1001', false],
  ['+8613800000110', false],
  ['02088888119', false],
])('%s is an emergency number however it is written: %s', (dialed, emergency) => {
  expect(isEmergencyNumber(dialed, ['110', '119'], 'CN')).toBe(emergency);
});

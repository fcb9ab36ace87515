import { expect, test } from 'vitest';
import { mainCurrency, pricesOf } from './call-prices.ts';

const line = (id: string, perMinute?: number, currency = 'CNY', enabled = true) => ({
  id,
  kind: 'sip-trunk' as const,
  enabled,
  channels: 10,
  callerIds: ['1'],
  answerSupervision: 'reliable' as const,
  emergency: false,
  ...(perMinute !== undefined && { tariff: { currency, perMinute, perCall: 0, stepSeconds: 60 } }),
});
const zones = ['Asia/Shanghai', 'Europe/Paris', 'America/New_York,America/Chicago', 'Etc/Nowhere'];

test('a minute costs what the cheapest line in use of the route to the country does', () => {
  const plan = {
    lines: [
      line('a', 300),
      line('b', 100),
      line('off', 1, 'CNY', false),
      line('free'),
      line('eur', 5, 'EUR'),
    ],
    routes: [
      { prefix: '+86', lines: ['a', 'b', 'off', 'free', 'eur'] },
      { prefix: '+8610', lines: ['off'] },
      { prefix: '', lines: ['a'] },
    ],
  };
  expect([...pricesOf(plan, zones, 'CNY')]).toEqual([
    ['Asia/Shanghai', 100],
    ['Europe/Paris', 300],
    ['America/New_York,America/Chicago', 300],
  ]);
  expect([...pricesOf(plan, zones, 'USD')]).toEqual([]);
});

test('prices are told in the currency that most lines in use are paid in', () => {
  expect(mainCurrency([])).toBe('');
  expect(
    mainCurrency([{ lines: [line('a', 1, 'EUR'), line('b', 1, 'CNY')] }, { lines: [line('c', 1, 'EUR')] }]),
  ).toBe('EUR');
  expect(mainCurrency([{ lines: [line('a', 1, 'EUR'), line('b', 1, 'CNY')] }])).toBe('CNY');
});

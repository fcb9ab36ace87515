import { expect, test } from 'vitest';
import { QueueDays } from './queue-days.ts';

const zone = 'Asia/Shanghai';
const noon = Date.parse('2026-11-18T12:00:00+08:00');
const day = 86_400_000;

test('a day is counted until midnight in the zone, then it is yesterday until the same time, then it is over', () => {
  const days = new QueueDays();
  days.count('sales', 'connected', true, noon, zone);
  days.count('sales', 'connected', false, noon + 11.9 * 3_600_000, zone);
  days.count('sales', 'abandoned', true, noon, zone);
  days.count('claims', 'abandoned', true, noon, zone);
  const counted = { connected: 2, inTime: 1, abandoned: 1 };
  const none = { connected: 0, inTime: 0, abandoned: 0 };
  const evening = noon + 11.9 * 3_600_000;
  expect(days.of('sales', evening, zone)).toEqual({ today: counted, yesterday: none });
  days.count('sales', 'connected', true, noon + 12.1 * 3_600_000, zone);
  const today = { connected: 1, inTime: 1, abandoned: 0 };
  expect(days.of('sales', evening + day, zone)).toEqual({ today, yesterday: counted });
  expect(days.of('sales', noon + day, zone)).toEqual({
    today,
    yesterday: { connected: 1, inTime: 1, abandoned: 1 },
  });
  expect(days.of('sales', noon + 3 * day, zone)).toEqual({ today: none, yesterday: none });
});

test('what the ledger has of a day goes on where it was', () => {
  const days = new QueueDays();
  const midnight = noon - day / 2;
  days.restore(midnight, [
    { queue: 'sales', slot: 100, connected: 3, inTime: 2, abandoned: 2 },
    { queue: 'sales', slot: 101, connected: 1, inTime: 1, abandoned: 0 },
  ]);
  days.restore(midnight - day, [
    { queue: 'sales', slot: 143, connected: 9, inTime: 9, abandoned: 0 },
    { queue: 'sales', slot: 200, connected: 1, inTime: 1, abandoned: 0 },
  ]);
  days.count('sales', 'abandoned', false, noon, zone);
  expect(days.of('sales', noon, zone)).toEqual({
    today: { connected: 4, inTime: 3, abandoned: 3 },
    yesterday: { connected: 9, inTime: 9, abandoned: 0 },
  });
});

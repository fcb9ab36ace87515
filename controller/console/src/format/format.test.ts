import { describe, expect, it } from 'vitest';
import { numberFormat, share } from './numbers.ts';
import { dateTime, dayTime, hourOfDay, minuteOfDay, staleness, stopwatch, weekdayName } from './times.ts';

describe('numbers', () => {
  it('are grouped, and rates below a tenth have a decimal', () => {
    const format = numberFormat('en');
    expect(format.count(1234567)).toBe('1,234,567');
    expect([0, 0.0312, 0.5].map((value) => format.rate(value))).toEqual(['0%', '3.1%', '50%']);
    expect([0, 1023, 1536, 5 * 1024 ** 3].map((value) => format.bytes(value))).toEqual([
      '0 B',
      '1,023 B',
      '1.5 KiB',
      '5 GiB',
    ]);
  });

  it('a part of nothing is nothing, and never more than all', () => {
    expect([share(1, 0), share(3, 2), share(-1, 2), share(1, 4)]).toEqual([0, 1, 0, 0.25]);
  });
});

describe('times', () => {
  it('run like a stopwatch through minutes, hours and days', () => {
    expect([-5, 61_000, 3_600_000 + 62_000, 49 * 3_600_000].map(stopwatch)).toEqual([
      '0:00',
      '1:01',
      '1:01:02',
      '2d 1h',
    ]);
  });

  it('are those of the zone, in the language', () => {
    const instant = Date.UTC(2026, 0, 5, 20, 3, 4);
    expect(dateTime(instant, 'en', 'Asia/Shanghai')).toBe('Jan 6, 2026, 04:03:04');
    expect(dateTime(instant, 'zh-CN', 'Asia/Shanghai')).toBe('2026年1月6日 04:03:04');
    expect(dayTime(instant, 'en', 'UTC')).toBe('Jan 5, 20:03:04');
    expect(hourOfDay(instant, 'en', 'Asia/Kolkata')).toBe('01:33');
  });

  it('name weekdays by their ISO number', () => {
    expect([1, 7].map((day) => weekdayName(day, 'en'))).toEqual(['Mon', 'Sun']);
    expect(weekdayName(1, 'zh-CN')).toBe('周一');
  });

  it('write minutes of the day, the end of the day included', () => {
    expect([0, 545, 1440].map(minuteOfDay)).toEqual(['00:00', '09:05', '24:00']);
  });

  it('say when something is stale only past its limit', () => {
    expect([staleness(10_000, 10_000), staleness(10_001, 10_000)].map(({ stale }) => stale)).toEqual([
      false,
      true,
    ]);
  });
});

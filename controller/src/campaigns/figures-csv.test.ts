import { expect, test } from 'vitest';
import { figuresCsv } from './figures-csv.ts';

test('what a campaign counts is taken along as rows of one count each', () => {
  const hour = { attempts: 3, answered: 1, abandoned: 0 };
  const rows = [
    ...figuresCsv({
      outcomes: { ANSWERED: 1, BUSY: 2 },
      dispositions: { 'sale, large': 1 },
      hours: [
        { from: Date.UTC(2026, 4, 12, 4), ...hour, outcomes: { ANSWERED: 1, BUSY: 2 } },
        { from: Date.UTC(2026, 4, 12, 5), attempts: 0, answered: 0, abandoned: 0, outcomes: {} },
      ],
      lines: [{ site: 'east', line: 'trunk', tries: 3, answered: 1, outcomes: { BUSY: 2 } }],
    }),
  ];
  expect(rows.join('')).toBe(
    [
      '\u{feff}hour,site,line,outcome,disposition,count',
      ',,,ANSWERED,,1',
      ',,,BUSY,,2',
      ',,,,"sale, large",1',
      '2026-05-12T04:00:00.000Z,,,ANSWERED,,1',
      '2026-05-12T04:00:00.000Z,,,BUSY,,2',
      ',east,trunk,BUSY,,2',
      '',
    ].join('\r\n'),
  );
});

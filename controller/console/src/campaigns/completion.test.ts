import { expect, test } from 'vitest';
import { defaultCampaign, type CampaignView } from '@branchline/shared';
import { en } from '../words/en.ts';
import type { T } from '../words/use-words.ts';
import { completionOf } from './completion.ts';
import { reasonOfRow } from './reason-words.ts';

const nothing = { attempts: 0, answered: 0, abandoned: 0 };
const campaign: Parameters<typeof completionOf>[0] = {
  status: 'running',
  partial: false,
  // Ten hours on seven days.
  settings: {
    ...defaultCampaign,
    name: 'x',
    window: { fromMinute: 600, toMinute: 1200, weekdays: [1, 2, 3, 4, 5, 6, 7] },
  },
  leads: { total: 1000, ready: 600, waiting: 0, leased: 0, inDoubt: 0, finished: 300, exhausted: 100 },
  // Two attempts for each lead that is done; what was refused was never dialed.
  outcomes: { ANSWERED: 300, BUSY: 500, REFUSED: 70 },
  pace: { hour: nothing, day: { ...nothing, attempts: 120 }, workedMinutes: 120 },
};

test('the estimate is leads left times attempts for each, at the pace of the time in which was dialed', () => {
  // 600 leads × 2 attempts at 60 an hour.
  expect(completionOf(campaign)).toEqual({ state: 'estimated', hours: 20, days: 2 });
  const weekdays = { ...campaign.settings, window: { ...campaign.settings.window, weekdays: [1] } };
  expect(completionOf({ ...campaign, settings: weekdays })).toMatchObject({ days: 14 });
});

test.each<[string, Partial<CampaignView>]>([
  ['done', { leads: { ...campaign.leads, ready: 0, finished: 900 } }],
  ['unknown', { leads: { ...campaign.leads, total: 0, finished: 0, exhausted: 0 } }],
  ['unknown', { leads: { ...campaign.leads, finished: 4, exhausted: 0 } }],
  ['unknown', { pace: { hour: nothing, day: nothing, workedMinutes: 0 } }],
  ['resting', { status: 'paused' }],
  ['shared', { partial: true }],
])('it is %s where it cannot be told', (state, changes) => {
  expect(completionOf({ ...campaign, ...changes })).toEqual({ state });
});

test('why a row was left out is said in words, and what is unknown as the controller wrote it', () => {
  const t = ((key: string, values: Record<string, string>) => {
    const found = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], en);
    return String(found).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '?');
  }) as unknown as T;
  expect(
    [
      'it has no phone number',
      'it has 3 cells, the heading has 2',
      '"12" is not a phone number in region CN: no such number exists in the numbering plan.',
      'a reason of a newer controller',
    ].map((reason) => reasonOfRow(t, reason)),
  ).toEqual([
    'It has no phone number.',
    'It has 3 cells, the heading has 2.',
    '"12" is no phone number of region CN.',
    'a reason of a newer controller',
  ]);
});

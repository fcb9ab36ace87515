import { expect, test } from 'vitest';
import {
  defaultCampaign,
  defaultGate,
  type CampaignSettings,
  type CampaignStatus,
  type LeadCondition,
} from '@branchline/shared';
import { campaignVisible } from './campaign-book.ts';
import { checkFilter, checkSettings, moveCampaign, type CampaignMove } from './campaign-rules.ts';

const table: [CampaignStatus, CampaignMove, CampaignStatus | 'refused'][] = [
  ['draft', 'start', 'running'],
  ['draft', 'pause', 'refused'],
  ['draft', 'stop', 'stopped'],
  ['running', 'start', 'refused'],
  ['running', 'pause', 'paused'],
  ['running', 'stop', 'stopped'],
  ['paused', 'start', 'running'],
  ['paused', 'pause', 'refused'],
  ['paused', 'stop', 'stopped'],
  ['stopped', 'start', 'refused'],
  ['stopped', 'pause', 'refused'],
  ['stopped', 'stop', 'refused'],
];

test.each(table)('a %s campaign asked to %s is %s', (from, move, to) => {
  const outcome = (): string => {
    try {
      return moveCampaign(from, move);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(outcome()).toBe(to === 'refused' ? 'BL_CAMPAIGN_STATE' : to);
});

test('settings that cannot work are refused', () => {
  const settings: CampaignSettings = { ...defaultCampaign, name: 'x' };
  const [first] = settings.dispositions;
  if (!first) throw new Error('there are dispositions');
  const now = Date.parse('2026-11-26T00:00:00Z');
  const check = (changed: CampaignSettings) => checkSettings(changed, now);
  expect(() => check(settings)).not.toThrow();
  expect(() => check({ ...settings, window: { fromMinute: 600, toMinute: 600, weekdays: [1] } })).toThrow(
    /window/,
  );
  expect(() => check({ ...settings, region: 'ZZ' })).toThrow(/region/);
  expect(() => check({ ...settings, dispositions: [first, { ...first, key: '9' }] })).toThrow(/there twice/);
  expect(() => check({ ...settings, dispositions: [first, { ...first, code: 'other' }] })).toThrow(/key/);
  const question = { id: 'q', label: 'Which?', kind: 'choice', required: true } as const;
  expect(() => check({ ...settings, form: [question] })).toThrow('/form/0/choices');
  expect(() => check({ ...settings, retries: [{ outcome: 'REFUSED', delaySeconds: 60 }] })).toThrow(
    /REFUSED/,
  );
});

test.each<[LeadCondition, string | undefined]>([
  [{ field: 'city', compare: '=', values: ['Bern'] }, undefined],
  [{ of: 'field', field: 'age', compare: '>', values: ['40.5'] }, undefined],
  [{ field: 'age', compare: '>', values: ['forty'] }, '/filter/0/values'],
  [{ field: 'age', compare: '=', values: ['1', '2'] }, '/filter/0/values'],
  [{ compare: '=', values: ['Bern'] }, '/filter/0/field'],
  [{ of: 'attempts', compare: '<', values: ['3'] }, undefined],
  [{ of: 'attempts', compare: 'in', values: ['0', '2'] }, undefined],
  [{ of: 'attempts', compare: 'in', values: ['0', 'two'] }, '/filter/0/values'],
  [{ of: 'attempts', compare: '=', values: ['03'] }, '/filter/0/values'],
  [{ of: 'attempts', compare: 'contains', values: ['3'] }, '/filter/0/compare'],
  [{ of: 'attempts', field: 'age', compare: '<', values: ['3'] }, '/filter/0/field'],
  [{ of: 'outcome', compare: '!=', values: ['BUSY'] }, undefined],
  [{ of: 'outcome', compare: 'in', values: ['BUSY', 'NO_ANSWER'] }, undefined],
  [{ of: 'outcome', compare: '=', values: ['ENGAGED'] }, '/filter/0/values'],
  [{ of: 'outcome', compare: '<', values: ['BUSY'] }, '/filter/0/compare'],
])('the condition %j is %s', (condition, place) => {
  const check = () => checkFilter([condition]);
  if (place === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(place);
});

test('where only agents begin calls, settings that dial by themselves are refused', () => {
  const now = Date.parse('2026-11-26T00:00:00Z');
  const settingsWith = (changed: Partial<CampaignSettings>, asks: object): CampaignSettings => ({
    ...defaultCampaign,
    name: 'x',
    ...changed,
    gate: { ...defaultGate, ...asks },
  });
  for (const asks of [{ manualOnly: true }, { manualRegions: ['FR', 'CN'] }]) {
    const check = (changed: Partial<CampaignSettings>) => checkSettings(settingsWith(changed, asks), now);
    for (const mode of ['progressive', 'power', 'predictive'] as const)
      expect(() => check({ mode })).toThrow(/\/mode.*the campaign/);
    expect(() => check({ mode: 'preview', previewSeconds: 20 })).toThrow('/previewSeconds');
    check({ mode: 'preview', previewSeconds: 0 });
    check({ mode: 'manual' });
  }
  checkSettings(settingsWith({ mode: 'predictive' }, { manualRegions: ['FR'] }), now);
  expect(() => checkSettings(settingsWith({}, { manualRegions: ['ZZ'] }), now)).toThrow(
    '/gate/manualRegions',
  );
});

test('a campaign is seen by those whose site it may run at', () => {
  expect(campaignVisible('all', { sites: ['a'] })).toBe(true);
  expect(campaignVisible(['a'], { sites: ['a', 'b'] })).toBe(true);
  expect(campaignVisible(['a'], { sites: [] })).toBe(true);
  expect(campaignVisible(['a'], { sites: ['b'] })).toBe(false);
  expect(campaignVisible([], { sites: [] })).toBe(false);
});

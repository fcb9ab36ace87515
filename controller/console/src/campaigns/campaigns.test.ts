import { describe, expect, it } from 'vitest';
import {
  CampaignChange,
  changedSettings,
  check,
  defaultCampaign,
  NewCampaign,
  type CampaignSummary,
  type ImportView,
} from '@branchline/shared';
import { en } from '../words/en.ts';
import { wordsOf } from '../words/testing.ts';
import { bestHour } from './best-hour.ts';
import { mergeCampaigns } from './campaign-list.ts';
import { axisTop } from './hours-chart.tsx';
import { importShare, mergeImports, Pace } from './import-progress.ts';
import { changeOf, copyForm, formOf, newForm, settingsOf } from './settings-form.ts';
import { fieldOf } from '../parts/form-faults.ts';
import { findFaults } from './settings-problems.ts';

const t = wordsOf();

const flowId = '01900000-0000-7000-8000-000000000001';
const valid = { ...defaultCampaign, name: 'Autumn' };
const faultAt = (settings: NewCampaign) =>
  findFaults(t, settings).map(({ field, text }) => [field.join('/'), text]);

describe('the form of a campaign', () => {
  it('begins with settings that the API takes', () => {
    const settings = settingsOf({ ...newForm(t, undefined), name: ' Autumn ' });
    expect(check(NewCampaign, settings).name).toBe('Autumn');
    expect(findFaults(t, settings)).toEqual([]);
  });

  it('begins a copy with the settings of the other under a name that says so, however long that was', () => {
    const other = { ...valid, name: 'x'.repeat(200), attemptsCap: 7, callerId: '02155550100' };
    const settings = settingsOf(copyForm(t, other));
    expect(settings).toMatchObject({ attemptsCap: 7, callerId: '02155550100' });
    expect(settings.name).toMatch(/^x+ copy$/);
    expect(findFaults(t, settings)).toEqual([]);
  });

  it('names the best hour of the week, and none while too little was dialed', () => {
    const hours = [
      { weekday: 1, hour: 9, dialed: 29, answered: 29 },
      { weekday: 2, hour: 9, dialed: 100, answered: 30 },
      { weekday: 3, hour: 9, dialed: 40, answered: 20 },
    ];
    expect(bestHour(hours)).toEqual(hours[2]);
    expect(bestHour(hours.slice(0, 1))).toBeUndefined();
  });

  it('sends no caller ID when the field is empty, and shows none as empty', () => {
    expect(settingsOf({ ...newForm(t, []), name: 'x' })).not.toHaveProperty('callerId');
    expect(settingsOf({ ...formOf({ ...valid, callerId: '02155550100' }) }).callerId).toBe('02155550100');
    expect(formOf(valid).callerId).toBe('');
  });

  it('takes away what an existing campaign no longer has: its caller ID, message, flow and survey', () => {
    const had = { ...valid, callerId: '02155550100', machineMessage: 'later', survey: flowId, flow: flowId };
    const kept = changeOf(formOf(had));
    expect(kept).toMatchObject({
      callerId: '02155550100',
      machineMessage: 'later',
      survey: flowId,
      flow: flowId,
    });
    const change = changeOf({ ...formOf(had), callerId: ' ', machineMessage: '', survey: '', flow: '' });
    expect(change).toMatchObject({ callerId: null, machineMessage: null, survey: null, flow: null });
    const after = changedSettings(had, check(CampaignChange, change));
    for (const name of ['callerId', 'machineMessage', 'survey', 'flow'])
      expect(after).not.toHaveProperty(name);
  });

  it('places what the schema finds at its field, in plain words', () => {
    expect(faultAt({ ...valid, name: '' })).toContainEqual(['name', 'This is needed.']);
    expect(faultAt({ ...valid, ringSeconds: 5 })).toEqual([['ringSeconds', 'At least 15.']]);
    expect(faultAt({ ...valid, attemptsCap: 51 })).toEqual([['attemptsCap', 'At most 50.']]);
    expect(faultAt({ ...valid, callerId: 'abc' })).toEqual([['callerId', en.fault.form]]);
    expect(faultAt({ ...valid, window: { ...valid.window, weekdays: [] } })).toEqual([
      ['window/weekdays', 'At least 1.'],
    ]);
  });

  it('places problems of a row at the row', () => {
    const retries = [{ outcome: 'BUSY' as const, delaySeconds: 1 }];
    expect(faultAt({ ...valid, retries })).toEqual([['retries/0/delaySeconds', 'At least 60.']]);
    const [first] = defaultCampaign.dispositions;
    const dispositions = first ? [first, { ...first, code: 'other' }] : [];
    expect(faultAt({ ...valid, dispositions })).toEqual([['dispositions/1/key', en.fault.twice]]);
  });

  it('knows the rules beyond the schema', () => {
    expect(faultAt({ ...valid, window: { ...valid.window, toMinute: 100 } })).toEqual([
      ['window/toMinute', en.fault.window],
    ]);
    expect(faultAt({ ...valid, region: 'XX' })).toEqual([['region', en.fault.region]]);
  });

  it('reports several fields at once', () => {
    expect(new Set(faultAt({ ...valid, ringSeconds: 5, priority: 101 }).map(([field]) => field))).toEqual(
      new Set(['priority', 'ringSeconds']),
    );
  });

  it('reads the places of the API', () => {
    expect(fieldOf('/retries/2/delaySeconds')).toEqual(['retries', 2, 'delaySeconds']);
  });
});

const summary = (id: string, name = id): CampaignSummary => ({ id, name }) as CampaignSummary;

describe('the list of campaigns', () => {
  it('takes what the feed told, puts new ones first and leaves those of later pages out', () => {
    const merged = mergeCampaigns([summary('5'), summary('4')], {
      5: summary('5', 'changed'),
      6: summary('6'),
      1: summary('1'),
    });
    expect(merged.map(({ id, name }) => `${id} ${name}`)).toEqual(['6 6', '5 changed', '4 4']);
  });
});

const view = (over: Partial<ImportView>): ImportView => ({
  id: '1',
  campaign: 'c',
  file: 'f.csv',
  state: 'running',
  startedAt: 0,
  bytesRead: 0,
  rows: 0,
  imported: 0,
  duplicates: 0,
  rejected: 0,
  errorsKept: 0,
  takenBack: 0,
  ...over,
});

describe('the imports of a campaign', () => {
  it('move with the feed and appear before they are listed', () => {
    const merged = mergeImports('c', [view({ rows: 5 })], {
      1: view({ rows: 9 }),
      2: view({ id: '2' }),
      3: view({ id: '3', campaign: 'other' }),
    });
    expect(merged.map(({ id, rows }) => [id, rows])).toEqual([
      ['2', 0],
      ['1', 9],
    ]);
  });

  it('do not come back to life by a message that was overtaken', () => {
    const merged = mergeImports('c', [view({ state: 'done', rows: 10 })], { 1: view({ rows: 9 }) });
    expect(merged[0]?.state).toBe('done');
  });

  it('do not run backwards when the answer is newer than the feed', () => {
    expect(mergeImports('c', [view({ rows: 9 })], { 1: view({ rows: 5 }) })[0]?.rows).toBe(9);
  });

  it('know how far they are by bytes, when the size is known', () => {
    expect(importShare(view({ bytesRead: 5, bytesTotal: 10 }))).toBe(0.5);
    expect(importShare(view({}))).toBeUndefined();
    expect(importShare(view({ state: 'failed' }))).toBe(1);
    expect(importShare(view({ state: 'undoing', imported: 8, takenBack: 2 }))).toBe(0.25);
  });

  it('are undone after they were done, whatever the feed still says', () => {
    const merged = mergeImports('c', [view({ state: 'undoing', takenBack: 5 })], {
      1: view({ state: 'done' }),
    });
    expect(merged[0]?.state).toBe('undoing');
    const told = mergeImports('c', [view({ state: 'done' })], { 1: view({ state: 'undone', takenBack: 5 }) });
    expect(told[0]?.state).toBe('undone');
  });

  it('say how long they still take by their pace of the last seconds', () => {
    const pace = new Pace();
    expect(pace.leftMs()).toBeUndefined();
    pace.add(0, 0);
    pace.add(1000, 0.1);
    expect(pace.leftMs()).toBeUndefined();
    pace.add(4000, 0.2);
    expect(pace.leftMs()).toBeCloseTo(16_000);
    for (let at = 5000; at <= 40_000; at += 1000) pace.add(at, 0.2 + at / 100_000);
    expect(pace.leftMs()).toBeCloseTo(40_000);
    for (let at = 41_000; at <= 60_000; at += 1000) pace.add(at, 0.6);
    expect(pace.leftMs()).toBeUndefined();
  });
});

describe('the axis of the hours', () => {
  it('ends at a round number that holds the highest bar', () => {
    expect([0, 4, 5, 11, 76, 100, 101, 2300].map(axisTop)).toEqual([4, 4, 5, 20, 100, 100, 200, 5000]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import type { CallRow, EventRow, Outcome } from '@branchline/shared';
import {
  ensureClickHouseSchema,
  findMissingAttempts,
  linesOf,
  openClickHouse,
  readCallStory,
  readAskedFields,
  readCampaignFigures,
  readFormAnswers,
  readRecentCalls,
  readSiteHistory,
  readRowCounts,
  readTotals,
  sampleAttempt,
  sampleCall,
  sampleDisposition,
  sampleEvent,
  sampleForm,
  sampleId,
  sampleInstant,
  type CallSearch,
  type ClickHouse,
} from './parts.ts';
import { temporaryFolder, until } from './support.ts';

const folder = temporaryFolder('ch');
let clickHouse: ClickHouse;
const hour = 3_600_000;
/** 10:00 UTC. */
const now = sampleInstant;
const campaign = sampleId();
const other = sampleId();
const nothing = sampleId();
const repeated = sampleId();

const at = (hoursAgo: number, outcome: Outcome) => ({
  campaign,
  startedAt: now - hoursAgo * hour,
  outcome,
});
/** Outcomes of people who were reached as they were meant to be. */
const reached: readonly Outcome[] = ['ANSWERED', 'PLAYED'];
const attempts = {
  north: [
    sampleAttempt(1, { ...at(0.5, 'ANSWERED'), lead: repeated }),
    sampleAttempt(2, at(0.5, 'ANSWERED')),
    // Two tries: the first line was faulty.
    sampleAttempt(3, {
      ...at(0.5, 'BUSY'),
      tries: (['TRUNK_FAULT', 'BUSY'] as const).map((outcome, i) => ({
        id: sampleId(),
        ordinal: i + 1,
        number: '+8613800000003',
        line: `trunk-${2 - i}`,
        startedAt: now - 0.5 * hour,
        endedAt: now - 0.5 * hour + 1000,
        outcome,
      })),
    }),
    sampleAttempt(4, at(1.5, 'ANSWERED')),
    sampleAttempt(5, at(1.5, 'ABANDONED')),
    sampleAttempt(6, at(1.5, 'REFUSED')),
    // The same person as at first.
    sampleAttempt(7, { ...at(30, 'NO_ANSWER'), lead: repeated }),
    sampleAttempt(8, { ...at(0.5, 'ANSWERED'), campaign: other }),
    // Heard a broadcast: an answer, and none that anybody could abandon.
    sampleAttempt(9, at(0.5, 'PLAYED')),
  ],
  south: [sampleAttempt(1, at(0.5, 'ANSWERED')), sampleAttempt(2, at(2, 'NO_ANSWER'))],
};
const call = (seq: number, hoursAgo: number, changes: Partial<CallRow> = {}) =>
  sampleCall(seq, { campaign, startedAt: now - hoursAgo * hour, ...changes });
const played = (({ bridgedAt: _bridged, agent: _agent, answerToAgentMs: _ms, ...rest }) => rest)(
  call(6, 0.4, { outcome: 'PLAYED', segments: [] }),
);
/** Talked with an agent of another site, whose name is told there. */
const inbound = (({ campaign: _none, ...rest }) => ({
  ...rest,
  sentTo: 'south',
  segments: rest.segments.map(({ agent: _theirs, ...segment }) => segment),
}))(call(5, 0.1, { direction: 'inbound' }));
const {
  agent: _agent,
  answerToAgentMs: _ms,
  ...unbridged
} = call(3, 3, { outcome: 'ABANDONED', segments: [] });
const choice: NonNullable<CallRow['choice']> = { by: 'price', passed: [{ line: 'e1-a', verdict: 'full' }] };
const calls = {
  north: [call(1, 0.5), { ...call(2, 0.5), choice }, unbridged, call(4, 50), inbound, played],
  // The first came from the other site; how calls are counted does not depend on it.
  south: [call(1, 0.25, { customer: '', guestOf: 'north' }), call(2, 24 * 40)],
};
const dispositions = [
  sampleDisposition(1, calls.north[0]?.id ?? '', 'interested', { at: now - 1000 }),
  sampleDisposition(2, calls.north[1]?.id ?? '', 'timeout', { at: now - 1000 }),
  // A person corrected it.
  sampleDisposition(3, calls.north[1]?.id ?? '', 'call-again', { at: now - 500 }),
];
const handing = (seq: number, of: CallRow) => ({
  seq,
  at: of.endedAt - 5000 + seq,
  clock: 'trusted' as const,
  id: sampleId(),
  call: of.id,
});
/** A call that somebody listened to and took over; another was parked. */
const handings: EventRow[] = [
  {
    ...handing(4, calls.north[1]!),
    type: 'monitored',
    mode: 'whisper',
    extension: '104',
    agent: 'mei',
    by: 'eva',
  },
  {
    ...handing(5, calls.north[1]!),
    type: 'transferred',
    how: 'taken-over',
    from: 'mei',
    to: 'phone 104',
    by: 'eva',
  },
  { ...handing(6, calls.north[0]!), type: 'transferred', how: 'parked', by: 'mei' },
  { ...handing(7, calls.north[1]!), type: 'supervised', act: 'end', agent: 'mei', by: 'eva' },
  { ...handing(8, calls.north[1]!), type: 'digits-sent', agent: 'mei', count: 6 },
  // Long after the call.
  {
    ...handing(9, calls.north[1]!),
    at: calls.north[1]!.endedAt + 3 * 86_400_000,
    type: 'voicemail-handled',
    act: 'done',
    agent: 'mei',
  },
];

/** Two calls with the form, one of them corrected; the third is of another campaign. */
const forms: EventRow[] = [
  sampleForm(7, calls.north[0]!.id, { campaign, at: now - 900 }),
  sampleForm(8, calls.north[1]!.id, { campaign, at: now - 900 }),
  sampleForm(9, calls.north[1]!.id, {
    campaign,
    at: now - 400,
    answers: [
      { field: 'meter', label: 'Meter reading, kWh', answer: '4712' },
      { field: 'visit', label: 'Visit', answer: 'yes' },
    ],
  }),
  sampleForm(10, calls.north[4]!.id, { at: now - 400 }),
];

/** What a box noticed, among facts about people. */
const noticed: EventRow[] = [
  {
    ...sampleEvent(11),
    type: 'sms-received',
    line: 'modem-1',
    from: '+8613900000001',
    text: 'call me',
    sentAt: now - 800,
    at: now - 800,
  },
  { ...sampleEvent(12), at: now - 700 },
  { ...handing(13, calls.north[0]!), type: 'note', agent: 'mei', text: 'asked for a price', at: now - 600 },
];

beforeAll(async () => {
  clickHouse = await openClickHouse({ folder: folder.path }, { log: silentLog });
  await ensureClickHouseSchema(clickHouse);
  const origin = (site: string) => ({
    edge: `edge-${site}`,
    site,
    epoch: '01a1fd2c-1181-7000-8000-029002f1f67d',
  });
  for (const site of ['north', 'south'] as const) {
    // Twice: nothing below may count a repeat.
    for (const token of ['first', 'replay']) {
      for (const [stream, rows] of [
        ['attempt', attempts[site]],
        ['call', calls[site]],
        ['event', site === 'north' ? [...dispositions, ...handings, ...forms, ...noticed] : []],
      ] as const) {
        for (const { target, body } of linesOf(origin(site), stream, rows)) {
          await clickHouse.insertLines(target, [Buffer.from(body)], `${token}-${site}-${stream}`);
        }
      }
    }
  }
});

afterAll(async () => {
  await clickHouse?.close();
  folder[Symbol.dispose]();
});

describe('totals', () => {
  it('count since an instant, overall and per site', async () => {
    const totals = await readTotals(clickHouse, now - 10 * hour, 'all');
    expect(totals.sites).toEqual({
      north: { calls: 5, answered: 4, live: 3, abandoned: 1, attempts: 7, refused: 1 },
      south: { calls: 1, answered: 1, live: 1, abandoned: 0, attempts: 2, refused: 0 },
    });
    expect(totals.overall).toEqual({
      calls: 6,
      answered: 5,
      live: 4,
      abandoned: 1,
      attempts: 9,
      refused: 1,
    });
  });

  it('show a reader only the sites of his scope', async () => {
    const totals = await readTotals(clickHouse, 0, ['south']);
    expect(Object.keys(totals.sites)).toEqual(['south']);
    expect(totals.overall).toMatchObject({ calls: 2, attempts: 2 });
    expect(await readTotals(clickHouse, 0, [])).toEqual({
      overall: { calls: 0, answered: 0, live: 0, abandoned: 0, attempts: 0, refused: 0 },
      sites: {},
    });
  });
});

describe("a campaign's figures", () => {
  it('are those of the rows', async () => {
    const figures = await readCampaignFigures(clickHouse, campaign, now + 60_000, 'all');
    expect(figures.outcomes).toEqual({
      ABANDONED: 1,
      ANSWERED: 4,
      BUSY: 1,
      NO_ANSWER: 2,
      PLAYED: 1,
      REFUSED: 1,
    });
    expect(figures.abandonRate).toBeCloseTo(1 / 5);
    expect(figures.dispositions).toEqual({ interested: 1, 'call-again': 1 });
    expect(figures.hours).toHaveLength(24);
    expect(figures.hours.slice(-4)).toEqual([
      { from: now - 3 * hour, attempts: 0, answered: 0, abandoned: 0, outcomes: {} },
      {
        from: now - 2 * hour,
        attempts: 3,
        answered: 1,
        abandoned: 1,
        outcomes: { ANSWERED: 1, ABANDONED: 1, NO_ANSWER: 1, REFUSED: 1 },
      },
      {
        from: now - hour,
        attempts: 5,
        answered: 4,
        abandoned: 0,
        outcomes: { ANSWERED: 3, BUSY: 1, PLAYED: 1 },
      },
      { from: now, attempts: 0, answered: 0, abandoned: 0, outcomes: {} },
    ]);
  });

  it.each([{ scope: 'all' }, { scope: ['north'] }, { scope: ['south'] }, { scope: [] }] as const)(
    'of pace, lines and reach are those that the raw rows of $scope give by themselves',
    async ({ scope }) => {
      const at = now + 17 * 60_000;
      const figures = await readCampaignFigures(clickHouse, campaign, at, scope);
      const rows = (['north', 'south'] as const).flatMap((site) =>
        scope === 'all' || scope.some((own: string) => own === site)
          ? attempts[site].filter((row) => row.campaign === campaign).map((row) => ({ ...row, site }))
          : [],
      );
      const dialed = rows.filter(({ outcome }) => outcome !== 'REFUSED');
      const since = (from: number) => dialed.filter(({ startedAt }) => startedAt > from && startedAt <= at);
      const counts = (of: typeof dialed) => ({
        attempts: of.length,
        answered: of.filter(({ outcome }) => reached.includes(outcome)).length,
        abandoned: of.filter(({ outcome }) => outcome === 'ABANDONED').length,
      });
      expect(figures.pace).toEqual({
        hour: counts(since(at - hour)),
        day: counts(since(at - 24 * hour)),
        workedMinutes:
          15 * new Set(since(at - 24 * hour).map(({ startedAt }) => Math.floor(startedAt / 900_000))).size,
      });
      const leads = (...outcomes: string[]) =>
        new Set(dialed.filter(({ outcome }) => outcomes.includes(outcome)).map(({ lead }) => lead)).size;
      expect(figures.reach).toEqual({
        dialed: new Set(dialed.map(({ lead }) => lead)).size,
        answered: leads('ANSWERED', 'PLAYED', 'ABANDONED'),
        talked: leads('ANSWERED'),
      });
      const tries = rows
        .filter(({ startedAt }) => startedAt >= now - 23 * hour && startedAt < now + hour)
        .flatMap(({ site, tries }) => tries.map((each) => ({ ...each, site })));
      const lines = [...Map.groupBy(tries, ({ site, line }) => `${site} ${line}`).values()].map((own) => ({
        site: own[0]?.site,
        line: own[0]?.line,
        tries: own.length,
        answered: own.filter(({ outcome }) => reached.includes(outcome)).length,
        outcomes: Object.fromEntries(
          [...Map.groupBy(own, ({ outcome }) => outcome)].map(([outcome, some]) => [outcome, some.length]),
        ),
      }));
      expect(figures.lines).toEqual(lines.toSorted((a, b) => b.tries - a.tries));
      // What the lines answered is what the hours answered: the same calls, counted another way.
      const sum = (of: readonly { answered: number }[]) =>
        of.reduce((total, { answered }) => total + answered, 0);
      expect(sum(figures.lines)).toBe(sum(figures.hours));
    },
  );

  it('stay within a scope', async () => {
    const figures = await readCampaignFigures(clickHouse, campaign, now, ['south']);
    expect(figures.outcomes).toEqual({ ANSWERED: 1, NO_ANSWER: 1 });
    expect(figures).toMatchObject({ abandonRate: 0, dispositions: {} });
  });

  it('of a campaign without attempts are empty, not absent', async () => {
    const figures = await readCampaignFigures(clickHouse, nothing, now, 'all');
    expect(figures).toMatchObject({ outcomes: {}, dispositions: {}, abandonRate: 0 });
    expect(figures.hours.every(({ attempts }) => attempts === 0)).toBe(true);
  });
});

describe('recent calls', () => {
  it('come latest first, each once, with their last disposition', async () => {
    const { calls: found, next } = await readRecentCalls(clickHouse, {}, 'all');
    expect(next).toBeUndefined();
    const all = [...calls.north, ...calls.south].toSorted((a, b) => b.startedAt - a.startedAt);
    expect(found.map(({ at }) => at)).toEqual(all.map(({ startedAt }) => startedAt));
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)));
    const first = calls.north[1];
    expect(found.find(({ id }) => id === first?.id)).toEqual({
      id: first?.id,
      at: first?.startedAt,
      site: 'north',
      edge: 'edge-north',
      direction: 'outbound',
      campaign,
      customer: '+8613910000002',
      agent: 'mei',
      line: 'trunk-1',
      outcome: 'ANSWERED',
      disposition: 'call-again',
      durationMs: 36_000,
      talkMs: 30_000,
      answerToAgentMs: 200,
    });
  });

  it('leave out what a call does not have', async () => {
    const { calls: found } = await readRecentCalls(clickHouse, {}, 'all');
    const abandoned = found.find(({ id }) => id === unbridged.id);
    expect(abandoned).toMatchObject({ outcome: 'ABANDONED', talkMs: 0 });
    expect(Object.keys(abandoned ?? {})).not.toEqual(expect.arrayContaining(['agent']));
    expect(Object.keys(abandoned ?? {})).not.toEqual(expect.arrayContaining(['answerToAgentMs']));
    expect(Object.keys(found.find(({ id }) => id === inbound.id) ?? {})).not.toContain('campaign');
  });

  it('are searched by what is known of them, and everything that is given must fit', async () => {
    const found = async (search: CallSearch, scope: 'all' | string[] = 'all') =>
      (await readRecentCalls(clickHouse, search, scope)).calls.map(({ id }) => id);
    const ids = (...wanted: { id: string }[]) => wanted.map(({ id }) => id);
    const [first, second, , fourth] = calls.north as [CallRow, CallRow, CallRow, CallRow];
    expect(await found({ direction: 'inbound' })).toEqual(ids(inbound));
    expect(await found({ outcome: 'ABANDONED' })).toEqual(ids(unbridged));
    expect(await found({ numbers: ['13910000004', '+8613910000004'] }, ['north'])).toEqual(ids(fourth));
    expect(await found({ agent: 'nobody' })).toEqual([]);
    expect(await found({ from: now - 60 * hour, to: now - 2 * hour })).toEqual(ids(unbridged, fourth));
    expect((await found({ from: now - hour, line: 'trunk-1', agent: 'mei' }, ['north'])).toSorted()).toEqual(
      ids(first, second, inbound).toSorted(),
    );
  });

  it('tell one call from its attempt to its disposition', async () => {
    const told = calls.north[1]!;
    const story = await readCallStory(clickHouse, told.id, ['north']);
    expect(story).toMatchObject({
      call: { id: told.id, disposition: 'call-again' },
      callerId: told.callerId,
      endedAt: told.endedAt,
      legs: told.legs,
      evidence: told.evidence,
    });
    const moments = story!.moments;
    expect(moments.map(({ at }) => at)).toEqual(moments.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(moments.filter(({ what }) => what === 'segment').map((moment) => moment)).toEqual(
      told.segments.map((segment) => ({ at: segment.from, what: 'segment', segment })),
    );
    expect(moments.filter(({ what }) => what === 'disposition')).toMatchObject([
      { code: 'timeout' },
      { code: 'call-again' },
    ]);
    expect(moments.filter(({ what }) => what === 'line-chosen')).toEqual([
      { at: told.startedAt, what: 'line-chosen', line: told.line, ...choice },
    ]);
    expect(moments).toContainEqual({
      at: told.endedAt,
      what: 'ended',
      by: told.hangupBy,
      cause: told.cause,
      q850: told.q850,
      sipStatus: told.sipStatus,
    });
    expect(moments.filter(({ what }) => ['monitored', 'transferred', 'supervised'].includes(what))).toEqual([
      { at: handings[0]!.at, what: 'monitored', by: 'eva', mode: 'whisper', extension: '104', agent: 'mei' },
      {
        at: handings[1]!.at,
        what: 'transferred',
        by: 'eva',
        how: 'taken-over',
        from: 'mei',
        to: 'phone 104',
      },
      { at: handings[3]!.at, what: 'supervised', by: 'eva', agent: 'mei' },
    ]);
    expect(moments.slice(-1)).toEqual([
      { at: handings[5]!.at, what: 'voicemail-handled', act: 'done', agent: 'mei' },
    ]);
    expect(moments).toContainEqual({ at: handings[4]!.at, what: 'digits-sent', agent: 'mei', count: 6 });
    expect(moments.filter(({ what }) => what === 'form')).toEqual([
      { at: now - 900, what: 'form', agent: 'mei', answers: [{ label: 'Meter reading', answer: '4711' }] },
      {
        at: now - 400,
        what: 'form',
        agent: 'mei',
        answers: [
          { label: 'Meter reading, kWh', answer: '4712' },
          { label: 'Visit', answer: 'yes' },
        ],
      },
    ]);
    expect(await readCallStory(clickHouse, told.id, ['south'])).toBeUndefined();
    expect(await readCallStory(clickHouse, nothing, 'all')).toBeUndefined();
  });

  it('tell of a call between two sites at both of them', async () => {
    const storyOf = async ({ id }: { id: string }) => (await readCallStory(clickHouse, id, 'all'))!.moments;
    const talk = inbound.segments.find(({ kind }) => kind === 'agent')!;
    const talkedAway = { at: talk.from, what: 'talked-away', site: 'south', to: talk.to };
    expect(await storyOf(inbound)).toContainEqual(talkedAway);
    const guest = calls.south[0]!;
    const there = await storyOf(guest);
    expect(there).toContainEqual({ at: guest.startedAt, what: 'came-from-site', site: 'north' });
    expect(there.filter(({ what }) => what === 'talked-away')).toEqual([]);
  });

  it('have the last answers of their forms, page by page, beside every question that was ever asked', async () => {
    expect(await readAskedFields(clickHouse, campaign, 'all')).toEqual([
      { id: 'meter', label: 'Meter reading, kWh' },
      { id: 'visit', label: 'Visit' },
    ]);
    const pages = [];
    let after = '';
    for (;;) {
      const page = await readFormAnswers(clickHouse, campaign, ['north'], { after, limit: 1 });
      pages.push(...page);
      if (page.length === 0) break;
      after = page[0]!.call;
    }
    expect(pages.map(({ call, answers, view }) => [call, answers, view?.disposition])).toEqual(
      [
        [calls.north[0]!.id, { meter: '4711' }, 'interested'] as const,
        [calls.north[1]!.id, { meter: '4712', visit: 'yes' }, 'call-again'] as const,
      ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    expect(await readFormAnswers(clickHouse, campaign, ['south'], { after: '', limit: 9 })).toEqual([]);
  });

  it('continue page by page without a gap or a repeat, over calls of the same instant too', async () => {
    const whole = (await readRecentCalls(clickHouse, {}, 'all')).calls.map(({ id }) => id);
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await readRecentCalls(
          clickHouse,
          { limit, ...(cursor !== undefined && { cursor }) },
          'all',
        );
        expect(page.calls.length).toBeLessThanOrEqual(limit);
        seen.push(...page.calls.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(whole);
    }
  });

  it('are filtered by campaign and scope', async () => {
    const found = await readRecentCalls(clickHouse, { campaign }, ['north']);
    expect(found.calls.map(({ id }) => id).toSorted()).toEqual(
      calls.north
        .filter((row) => 'campaign' in row && row.campaign === campaign)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(await readRecentCalls(clickHouse, {}, [])).toEqual({ calls: [] });
    expect(await readRecentCalls(clickHouse, { campaign: nothing }, 'all')).toEqual({ calls: [] });
  });

  it('refuse a limit or cursor that is none', async () => {
    for (const search of [
      { limit: 0 },
      { limit: 501 },
      { limit: 1.5 },
      { cursor: 'x' },
      { cursor: `1.${'0'.repeat(36)}` },
    ]) {
      await expect(readRecentCalls(clickHouse, search, 'all')).rejects.toMatchObject({
        code: 'BL_API_INVALID',
      });
    }
  });
});

describe('the last day of a site', () => {
  it('tells what its boxes noticed, and of customers only to those who may read numbers', async () => {
    const [line, message] = (await readSiteHistory(clickHouse, 'north', now, true)).events;
    expect(line).toMatchObject({ edge: 'edge-north', at: now - 700, type: 'line' });
    expect(message?.detail).toMatchObject({ line: 'modem-1', from: '+8613900000001', text: 'call me' });
    const { events } = await readSiteHistory(clickHouse, 'north', now, false);
    expect(events.map(({ type }) => type)).toEqual(['line', 'sms-received']);
    expect(events[1]?.detail).toMatchObject({ line: 'modem-1', from: '+86*********01' });
    expect(JSON.stringify(events)).not.toMatch(/call me|price|13900000001/);
    expect((await readSiteHistory(clickHouse, 'south', now, true)).events).toEqual([]);
  });
});

describe('verification', () => {
  it('counts stored rows, unique rows and ids', async () => {
    const counts = await readRowCounts(clickHouse, 'all');
    expect(counts.attempts).toMatchObject({ unique: 11, ids: 11 });
    expect(counts.calls).toMatchObject({ unique: 8, ids: 8 });
    expect(counts.dispositions).toMatchObject({ unique: 3, ids: 3 });
    expect(counts.calls.stored).toBeGreaterThan(counts.calls.unique);
    expect((await readRowCounts(clickHouse, ['south'])).calls).toMatchObject({ unique: 2, ids: 2 });
    expect((await readRowCounts(clickHouse, [])).calls).toEqual({ stored: 0, unique: 0, ids: 0 });
  });

  it('finds the attempts that have no row, among any number', async () => {
    const known = attempts.north.map(({ id }) => id);
    const strangers = Array.from({ length: 2500 }, () => sampleId());
    expect(await findMissingAttempts(clickHouse, [...known, ...strangers], 'all')).toEqual(
      new Set(strangers),
    );
    expect(await findMissingAttempts(clickHouse, known, ['south'])).toEqual(new Set(known));
    expect(await findMissingAttempts(clickHouse, [], 'all')).toEqual(new Set());
  });
});

describe('what was never there is not looked for in all rows', () => {
  const absent = {
    agent: `'nobody'`,
    outcome: `'NONE'`,
    line: `'trunk-none'`,
    campaign: `toUUID('01a1fd78-f9c1-7000-8000-00caf69022ea')`,
  };
  const granules = async (column: string, value: string): Promise<string | undefined> => {
    const plan = await clickHouse.query<{ explain: string }>(
      `SELECT explain FROM (EXPLAIN indexes = 1 SELECT * FROM branchline.calls_unique AS c WHERE c.${column} = ${value})`,
    );
    const lines = plan.map(({ explain }) => explain.trim());
    return lines.slice(lines.indexOf(`Name: by_${column}`)).find((line) => line.startsWith('Granules: '));
  };

  it.each(Object.entries(absent))('by %s', async (column, value) => {
    expect(await granules(column, value)).toMatch(/^Granules: 0\/[1-9]/);
  });

  it('nor in those of an installation that is older than the filter', async () => {
    await clickHouse.command(
      'ALTER TABLE branchline.calls DROP INDEX IF EXISTS by_line, DROP INDEX IF EXISTS by_outcome',
    );
    await clickHouse.command(
      'ALTER TABLE branchline.schema_versions DELETE WHERE version > 10 SETTINGS mutations_sync = 1',
    );
    expect(await granules('line', absent.line)).toBeUndefined();
    await ensureClickHouseSchema(clickHouse);
    await until('the filters of older rows', async () =>
      /^Granules: 0\/[1-9]/.test((await granules('line', absent.line)) ?? ''),
    );
    expect(await granules('outcome', absent.outcome)).toMatch(/^Granules: 0\/[1-9]/);
  });
});

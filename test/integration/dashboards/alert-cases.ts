import {
  idSource,
  lineFaults,
  systemClock,
  type AttemptRow,
  type CallRow,
  type EventRow,
  type LineFault,
  type MetricRow,
  type Outcome,
} from '@branchline/shared';
import { sampleAttempt, sampleCall, sampleMetric } from '../stores/parts.ts';
import type { Seed, Sent } from './seed.ts';

const second = 1000;
const minute = 60 * second;
const newId = idSource(systemClock);

/** Campaigns have no names here: one that must fire its rule, and one that must not. */
export const abandoning = { ill: newId(), well: newId() };

/**
 * For each rule one thing that is just over its threshold, and one that is just at it. They are called `<rule>-ill` and
 * `<rule>-well`, the rule without its `branchline-`: edges, lines or sites, whichever the rule tells apart.
 */
export function alertCases(now: number): Seed {
  const seed: Seed = { calls: [], attempts: [], agents: [], events: [], optouts: [], metrics: [], lines: [] };
  let seq = 0;
  const sent = <R extends object>(row: R, edge = 'cases-1', site = 'cases'): Sent<R> => ({
    ...row,
    site,
    edge,
    epoch: '01a1fd2c-1181-7000-8000-0290000000ca',
  });
  const head = (at: number) => ({ id: newId(), seq: ++seq, at, clock: 'trusted' as const });

  const report = (edge: string, agoMs: number, changes: Partial<MetricRow> = {}): void => {
    seed.metrics.push(sent({ ...sampleMetric(1), ...head(now - agoMs), ...changes }, edge));
  };
  report('silent-edge-ill', 601 * second);
  report('silent-edge-well', 600 * second);
  for (const [edge, diskUsedBytes] of [
    ['disk-ill', 90_100_000_000],
    ['disk-well', 90_000_000_000],
  ] as const) {
    report(edge, 5 * minute, { diskUsedBytes });
    report(edge, minute, { diskUsedBytes: 10_000_000_000 });
  }
  for (const [edge, outboxPending] of [
    ['backlog-ill', 5001],
    ['backlog-well', 5000],
  ] as const) {
    report(edge, 5 * minute, { outboxPending });
    report(edge, minute, { outboxPending: 9000 });
  }
  for (const [edge, before, last] of [
    ['clock-ill', 'trusted', 'untrusted'],
    ['clock-well', 'untrusted', 'trusted'],
  ] as const) {
    report(edge, 5 * minute, { clock: before });
    report(edge, minute, { clock: last });
  }

  const event = (at: number, row: object): void => {
    seed.events.push(sent({ ...head(at), ...row } as EventRow));
  };
  for (const [line, states] of [
    ['line-down-ill', ['up', 'down']],
    ['line-down-well', ['down', 'up']],
  ] as const)
    states.forEach((state, i) =>
      event(now - (60 - i) * minute, { type: 'line', line, state, reason: 'test' }),
    );

  const faults: Record<string, readonly LineFault[]> = {
    'span-alarm': ['no-carrier-signal', 'remote-alarm', 'upstream-alarm', 'looped', 'not-open'],
    'd-channel': ['d-channel-down'],
    slips: ['slips'],
    quarantine: ['quarantined', 'answered-low'],
    balance: ['balance-low'],
  };
  for (const [rule, kinds] of Object.entries(faults))
    for (const fault of kinds) {
      const [lasting, over] = [`${rule}-ill ${fault}`, `${rule}-well ${fault}`];
      const openedAt = now - 3 * 24 * 60 * minute;
      for (const line of [lasting, over])
        event(openedAt, { type: 'line-fault', line, fault, state: 'opened', reason: 'test', openedAt });
      event(openedAt + minute, {
        type: 'line-fault',
        line: over,
        fault,
        state: 'closed',
        reason: 'test',
        openedAt,
      });
    }

  /** Attempts that began so long ago, of so many with each outcome. */
  const attempts = (
    ago: number,
    line: string,
    outcomes: Partial<Record<Outcome, number>>,
    campaign = newId(),
  ) => {
    for (const [outcome, count] of Object.entries(outcomes) as [Outcome, number][])
      for (let i = 0; i < count; i++) {
        const startedAt = now - ago;
        const one = {
          id: newId(),
          ordinal: 1,
          number: '+8613800000000',
          line,
          startedAt,
          endedAt: startedAt,
        };
        const row: AttemptRow = {
          ...sampleAttempt(1),
          ...head(startedAt),
          campaign,
          startedAt,
          endedAt: startedAt,
          outcome,
          tries: [{ ...one, outcome }],
        };
        seed.attempts.push(sent(row));
      }
  };
  attempts(50 * minute, 'abandons', { ANSWERED: 96, ABANDONED: 4 }, abandoning.ill);
  attempts(50 * minute, 'abandons', { ANSWERED: 97, ABANDONED: 3 }, abandoning.well);
  for (const fault of lineFaults) {
    attempts(5 * minute, `line-faults-ill ${fault}`, { [fault]: 5, NO_ANSWER: 19 });
    attempts(5 * minute, `line-faults-well ${fault}`, { [fault]: 5, NO_ANSWER: 20 });
  }
  for (const [line, late] of [
    ['answer-collapse-ill', 9],
    ['answer-collapse-well', 10],
  ] as const) {
    attempts(200 * minute, line, { PLAYED: 20, NO_ANSWER: 20 });
    attempts(20 * minute, line, { PLAYED: late, NO_ANSWER: 40 - late });
  }

  for (const [site, answerToAgentMs] of [
    ['connect-ill', 2001],
    ['connect-well', 2000],
  ] as const)
    for (let i = 0; i < 20; i++) {
      const startedAt = now - 5 * minute;
      const row: CallRow = { ...sampleCall(i), ...head(startedAt), startedAt, answerToAgentMs };
      seed.calls.push(sent(row, site, site));
    }
  return seed;
}

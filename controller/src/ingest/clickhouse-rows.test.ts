import { findProblem, streamRows, type StreamName, type StreamRow } from '@branchline/shared';
import { describe, expect, it } from 'vitest';
import { findUnstorable, linesOf } from './clickhouse-rows.ts';
import { tableShapes } from './clickhouse-tables.ts';
import {
  sampleAgent,
  sampleAttempt,
  sampleCall,
  sampleDisposition,
  sampleEvent,
  sampleForm,
  sampleId,
  sampleInstant,
  sampleLine,
  sampleMetric,
  sampleOptout,
} from './testing.ts';

const origin = { edge: 'edge-1', site: 'north', epoch: sampleId() };
const samples: Record<StreamName, StreamRow<StreamName>[]> = {
  optout: [sampleOptout(1)],
  attempt: [
    sampleAttempt(1),
    sampleAttempt(2, { outcome: 'REFUSED', refusal: { rule: 'do-not-call', reason: 'listed' } }),
  ],
  call: [sampleCall(1)],
  event: [sampleEvent(1), sampleDisposition(2, sampleId(), 'interested'), sampleForm(3, sampleId())],
  agent: [sampleAgent(1)],
  metric: [sampleMetric(1)],
  line: [sampleLine(1)],
};
const streams = Object.keys(samples) as StreamName[];

describe('rows on their way to ClickHouse', () => {
  it.each(streams)('rows of the stream %s name only columns their table has', (stream) => {
    for (const { target, body } of linesOf(origin, stream, samples[stream])) {
      const columns = Object.entries(tableShapes[target].columns).flatMap(([name, type]) =>
        type.startsWith('Nested(')
          ? [...type.matchAll(/[(,]\s*(\w+) (?:UUID|String|UInt|Low|Date)/g)].map(
              ([, part]) => `${name}.${part}`,
            )
          : [name],
      );
      for (const line of body.trimEnd().split('\n')) {
        expect(columns).toEqual(expect.arrayContaining(Object.keys(JSON.parse(line) as object)));
      }
    }
  });

  it.each(streams)('samples of the stream %s fit the contract', (stream) => {
    for (const row of samples[stream]) expect(findProblem(streamRows[stream], row)).toBeUndefined();
  });

  it('parts dispositions from the other events of one batch', () => {
    const lines = linesOf(origin, 'event', samples.event);
    expect(lines.map(({ target, rows }) => [target, rows])).toEqual([
      ['events', 1],
      ['dispositions', 1],
      ['form_answers', 1],
    ]);
  });

  it('carries edge, site, epoch and number on every row', () => {
    for (const stream of streams) {
      for (const { body } of linesOf(origin, stream, samples[stream])) {
        for (const line of body.trimEnd().split('\n')) {
          expect(JSON.parse(line)).toMatchObject({ ...origin, seq: expect.any(Number) as number });
        }
      }
    }
  });

  it('keeps what is particular to a fact as JSON', () => {
    const [lines] = linesOf(origin, 'optout', [sampleOptout(3)]);
    const row = JSON.parse(lines?.body ?? '') as { type: string; detail: string };
    expect(row.type).toBe('optout');
    expect(JSON.parse(row.detail)).toEqual({ number: '+8613710000003' });
  });

  it('keeps line ends inside a value inside its line', () => {
    const [lines] = linesOf(origin, 'call', [sampleCall(1, { customer: 'a\nb' })]);
    expect(lines?.body.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('rows that ClickHouse cannot hold', () => {
  const tooLate = Date.UTC(2100, 0, 1);

  it('finds an instant past the year 2099 wherever it stands', () => {
    expect(findUnstorable('call', sampleCall(1, { endedAt: tooLate }))).toBe(
      '/endedAt is after the year 2099',
    );
    expect(findUnstorable('call', sampleCall(1, { answeredAt: tooLate }))).toBe(
      '/answeredAt is after the year 2099',
    );
    const segments = [{ kind: 'agent' as const, from: 0, to: tooLate }];
    expect(findUnstorable('call', sampleCall(1, { segments }))).toBe('/segments is after the year 2099');
    expect(findUnstorable('attempt', sampleAttempt(1, { dueAt: tooLate }))).toBe(
      '/dueAt is after the year 2099',
    );
    expect(findUnstorable('metric', { ...sampleMetric(1), at: tooLate })).toBe('/at is after the year 2099');
  });

  it('lets everything else through, a box without a clock too', () => {
    for (const stream of streams) {
      for (const row of samples[stream]) expect(findUnstorable(stream, row)).toBeUndefined();
    }
    expect(findUnstorable('call', sampleCall(1, { startedAt: 0, at: 0 }))).toBeUndefined();
    expect(findUnstorable('call', sampleCall(1, { startedAt: sampleInstant }))).toBeUndefined();
  });
});

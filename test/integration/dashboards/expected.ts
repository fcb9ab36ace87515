import type { CallRow, EventRow, Outcome, Try } from '@branchline/shared';
import { by, dayIn, groups, hourIn, mean, moment, quantile, share, sum, written } from './figures.ts';
import type { Range } from './parts.ts';
import type { Seed, Sent } from './seed.ts';

/** What is chosen at the top of a page; absent means all. */
export interface Chosen {
  readonly site?: string;
  readonly edge?: string;
  readonly line?: string;
  readonly agent?: string;
  readonly campaign: string;
  readonly zone: string;
}

type Row = Record<string, string | number | null>;
type Expectations = Record<string, () => Row[]>;

/** What every panel of every dashboard must show: dashboard → panel → rows, computed from the raw rows. */
export function expectations(seed: Seed, range: Range, chosen: Chosen): Record<string, Expectations> {
  const { site, edge, line, agent, campaign, zone } = chosen;
  const inRange = (at: number): boolean => at >= range.from && at <= range.to;
  const here = <R extends { site: string }>(rows: readonly R[]): R[] =>
    rows.filter((row) => site === undefined || row.site === site);
  const box = <R extends { edge: string }>(rows: readonly R[]): R[] =>
    rows.filter((row) => edge === undefined || row.edge === edge);
  const interval = (at: number): string => moment(at, range.intervalMs);

  const started = { calls: seed.calls.filter(begun), attempts: seed.attempts.filter(begun) };
  const calls = here(started.calls);
  const attempts = here(started.attempts);
  const said = here(seed.agents).filter(({ at, agent: who }) => inRange(at) && (agent ?? who) === who);
  const metrics = seed.metrics.filter(({ at }) => inRange(at));
  const facts = seed.events.filter(({ at }) => inRange(at));

  function begun({ startedAt }: { startedAt: number }): boolean {
    return inRange(startedAt);
  }

  return {
    'branchline-overview': overview(),
    'branchline-site': siteBoard(),
    'branchline-campaign': campaignBoard(),
    'branchline-lines': lines(),
    'branchline-agents': agents(),
    'branchline-ingest': ingest(),
  };

  function overview(): Expectations {
    const out = calls.filter(({ direction }) => direction === 'outbound');
    const yesterday = dayIn(zone, range.to - 86_400_000);
    return {
      Calls: () => [{ calls: calls.length }],
      Answered: () => [{ answered: share(count(calls, 'ANSWERED'), calls.length) }],
      Abandoned: () => [{ abandoned: abandonShare(out) }],
      'Average talk': () => [{ talk: mean(calls.map(talk).filter((seconds) => seconds > 0)) }],
      'Attempts dialed': () => [{ dialed: attempts.length - count(attempts, 'REFUSED') }],
      'Attempts refused': () => [{ refused: count(attempts, 'REFUSED') }],
      'Calls by outcome': () =>
        groups(calls, (call) => `${interval(call.startedAt)}|${call.outcome}`).map(([key, rows]) => {
          const [time = '', outcome = ''] = key.split('|');
          return { time, outcome, calls: rows.length };
        }),
      'Answered and abandoned': () =>
        groups(out, ({ startedAt }) => interval(startedAt)).map(([time, rows]) => ({
          time,
          answered: share(count(rows, 'ANSWERED'), rows.length),
          abandoned: abandonShare(rows),
        })),
      'Calls by hour, today and yesterday': () => {
        const of = (day: string) => (call: CallRow) => dayIn(zone, call.startedAt) === day;
        const both = here(seed.calls).filter(
          (call) => call.startedAt <= range.to && dayIn(zone, call.startedAt) >= yesterday,
        );
        return groups(both, (call) => hourIn(zone, call.startedAt)).map(([hour, rows]) => ({
          hour,
          today: rows.filter(of(dayIn(zone, range.to))).length,
          yesterday: rows.filter(of(yesterday)).length,
        }));
      },
      'Channels in use': () =>
        groups(here(metrics), (row) => `${interval(row.at)}|${row.site}`).map(([key, rows]) => {
          const [time = '', name = ''] = key.split('|');
          const most = groups(rows, (row) => row.edge).map(([, of]) =>
            Math.max(...of.map((row) => row.channelsInUse)),
          );
          return { time, site: name, channels: sum(most) };
        }),
      Sites: () =>
        groups(here(metrics), (row) => row.site).map(([name, rows]) => {
          const its = calls.filter((call) => call.site === name);
          return {
            site: name,
            calls: its.length,
            answered: share(count(its, 'ANSWERED'), its.length),
            abandoned: abandonShare(its.filter(({ direction }) => direction === 'outbound')),
            connect: quantile(waits(its), 0.95),
            seen: (range.to - Math.max(...rows.map(({ at }) => at))) / 1000,
          };
        }),
    };
  }

  function siteBoard(): Expectations {
    const inbound = calls.filter(({ direction }) => direction === 'inbound');
    const perBox = (column: string, value: (row: Seed['metrics'][number]) => number) => (): Row[] =>
      groups(here(metrics), (row) => `${interval(row.at)}|${row.edge}`).map(([key, rows]) => {
        const [time = '', name = ''] = key.split('|');
        return { time, edge: name, [column]: Math.max(...rows.map(value)) };
      });
    return {
      Calls: () => [{ calls: calls.length }],
      'Service level': () => [
        {
          level: share(
            inbound.filter(({ startedAt, bridgedAt }) => (bridgedAt ?? Infinity) - startedAt <= 20_000)
              .length,
            inbound.length,
          ),
        },
      ],
      'Inbound calls without an agent': () => [
        { lost: inbound.filter(({ bridgedAt }) => bridgedAt === undefined).length },
      ],
      'Average handling time': () => {
        const wrap = here(seed.agents).filter(({ at, from }) => inRange(at) && from === 'wrap-up');
        const talks = calls.map(talk).filter((seconds) => seconds > 0);
        return [{ handling: share(sum(talks) + sum(wrap.map(({ heldMs }) => heldMs)) / 1000, talks.length) }];
      },
      'Calls by direction': () =>
        groups(calls, (call) => `${interval(call.startedAt)}|${call.direction}`).map(([key, rows]) => {
          const [time = '', direction = ''] = key.split('|');
          return { time, direction, calls: rows.length };
        }),
      Outcomes: () =>
        groups(calls, (call) => `${call.direction}|${call.outcome}`)
          .map(([key, rows]) => {
            const [direction = '', outcome = ''] = key.split('|');
            return { direction, outcome, calls: rows.length };
          })
          .toSorted(
            by(
              (row) => -row.calls,
              (row) => row.direction,
              (row) => row.outcome,
            ),
          ),
      CPU: perBox('cpu', (row) => row.cpu),
      Memory: perBox('memory', (row) => row.memoryUsedBytes / row.memoryTotalBytes),
      Disk: perBox('disk', (row) => row.diskUsedBytes / row.diskTotalBytes),
      'Delay of the event loop (99 %)': perBox('delay', (row) => row.eventLoopDelayP99Ms),
      'Rows that wait for the center': perBox('waiting', (row) => row.outboxPending),
      'Channels in use': perBox('channels', (row) => row.channelsInUse),
      'What happened': () =>
        here(facts)
          .filter(({ type }) => type !== 'disposition')
          .toSorted(
            by(
              (row) => -row.at,
              (row) => -row.seq,
            ),
          )
          .slice(0, 100)
          .map((row) => ({
            at: written(row.at),
            edge: row.edge,
            type: row.type,
            detail: JSON.stringify(detail(row)),
          })),
    };
  }

  function campaignBoard(): Expectations {
    const its = attempts.filter((attempt) => attempt.campaign === campaign);
    const dialed = its.filter(({ outcome }) => outcome !== 'REFUSED');
    return {
      Funnel: () => [
        { attempts: its.length, dialed: dialed.length, live: live(its), answered: count(its, 'ANSWERED') },
      ],
      Abandoned: () => [{ abandoned: abandonShare(its) }],
      Reach: () => [{ reach: share(live(its), dialed.length) }],
      'Behind (95 %)': () => {
        const behind = quantile(
          dialed.map(({ startedAt, dueAt }) => startedAt - dueAt),
          0.95,
        );
        return [{ behind: behind === null ? null : behind / 1000 }];
      },
      'Attempts by outcome': () =>
        groups(its, (row) => `${interval(row.startedAt)}|${row.outcome}`).map(([key, rows]) => {
          const [time = '', outcome = ''] = key.split('|');
          return { time, outcome, attempts: rows.length };
        }),
      'Reach by hour of the day': () =>
        groups(dialed, (row) => hourIn(zone, row.startedAt)).map(([hour, rows]) => ({
          hour,
          reach: share(live(rows), rows.length),
        })),
      Refusals: () =>
        groups(
          its.filter(({ refusal }) => refusal),
          (row) => row.refusal?.rule ?? '',
        )
          .map(([rule, rows]) => ({ rule, attempts: rows.length }))
          .toSorted(
            by(
              (row) => -row.attempts,
              (row) => row.rule,
            ),
          ),
      Dispositions: () => {
        const ids = new Set(calls.filter((call) => call.campaign === campaign).map(({ id }) => id));
        const words = seed.events
          .filter((row) => row.type === 'disposition')
          .filter(({ call }) => ids.has(call));
        const last = groups(words, (row) => row.call).map(([, rows]) =>
          rows
            .toSorted(
              by(
                (row) => row.at,
                (row) => row.seq,
              ),
            )
            .at(-1)!,
        );
        return groups(last, (row) => row.code)
          .map(([code, rows]) => ({ code, calls: rows.length }))
          .toSorted(
            by(
              (row) => -row.calls,
              (row) => row.code,
            ),
          );
      },
      'By site': () =>
        groups(its, (row) => row.site).map(([name, rows]) => {
          const tried = rows.filter(({ outcome }) => outcome !== 'REFUSED');
          return { site: name, dialed: tried.length, reach: share(live(rows), tried.length) };
        }),
      'By line': () =>
        groups(
          its.flatMap(({ tries }) => tries),
          (row) => row.line,
        ).map(([name, rows]) => ({
          line: name,
          dialed: rows.length,
          reach: share(live(rows), rows.length),
        })),
    };
  }

  function lines(): Expectations {
    const tries = attempts
      .flatMap((attempt) => attempt.tries)
      .filter((one) => (line ?? one.line) === one.line);
    const out = calls.filter((call) => call.direction === 'outbound' && (line ?? call.line) === call.line);
    const setup = (rows: readonly CallRow[]): number[] =>
      rows.flatMap(({ startedAt, earlyAt }) => (earlyAt === undefined ? [] : [earlyAt - startedAt]));
    const perLine = (column: string, value: (rows: Try[]) => number | null) => (): Row[] =>
      groups(tries, (row) => `${interval(row.startedAt)}|${row.line}`).map(([key, rows]) => {
        const [time = '', name = ''] = key.split('|');
        return { time, line: name, [column]: value(rows) };
      });
    const turns = here(facts)
      .filter((row) => row.type === 'line')
      .filter((row) => (line ?? row.line) === row.line);
    return {
      Tries: () => [{ tries: tries.length }],
      'Answer-seizure ratio': () => [{ asr: share(live(tries), tries.length) }],
      'Line faults': () => [{ faults: share(faulty(tries), tries.length) }],
      'Set-up delay (median)': () => [{ delay: quantile(setup(out), 0.5) }],
      'Answer-seizure ratio by line': perLine('asr', (rows) => share(live(rows), rows.length)),
      'Line faults by line': perLine('faults', faulty),
      Lines: () =>
        groups(tries, (row) => row.line).map(([name, rows]) => {
          const its = out.filter((call) => call.line === name);
          return {
            line: name,
            tries: rows.length,
            asr: share(live(rows), rows.length),
            acd: mean(
              its.flatMap(({ answeredAt, endedAt }) => (answeredAt ? [(endedAt - answeredAt) / 1000] : [])),
            ),
            delay: quantile(setup(its), 0.5),
            numbers: new Set(its.map(({ callerId }) => callerId)).size,
          };
        }),
      Causes: () =>
        groups(out, (call) => `${call.cause}|${call.q850}|${call.sipStatus}`)
          .map(([key, rows]) => {
            const [cause = '', q850 = '', status = ''] = key.split('|');
            return { cause, q850, sip_status: status, calls: rows.length };
          })
          .toSorted(
            by(
              (row) => -row.calls,
              (row) => row.cause,
            ),
          ),
      'State of the lines': () =>
        groups(turns, (row) => `${row.site}|${row.edge}|${row.line}`).map(([key, rows]) => {
          const [name = '', of = '', trunk = ''] = key.split('|');
          const last = rows
            .toSorted(
              by(
                (row) => row.at,
                (row) => row.seq,
              ),
            )
            .at(-1)!;
          const downs = rows.filter(({ state }) => state === 'down').length;
          return { site: name, edge: of, line: trunk, state: last.state, reason: last.reason, downs };
        }),
      'Ups and downs': () =>
        turns
          .toSorted(
            by(
              (row) => -row.at,
              (row) => -row.seq,
            ),
          )
          .slice(0, 100)
          .map((row) => ({
            at: written(row.at),
            edge: row.edge,
            line: row.line,
            state: row.state,
            reason: row.reason,
          })),
    };
  }

  function agents(): Expectations {
    const spent = (rows: typeof said, ...states: string[]): number =>
      sum(rows.filter(({ from }) => states.includes(from)).map(({ heldMs }) => heldMs)) / 1000;
    const occupancy = (rows: typeof said): number | null =>
      share(
        spent(rows, 'talking', 'wrap-up'),
        sum(rows.map(({ from, heldMs }) => (from === 'offline' ? 0 : heldMs))) / 1000,
      );
    const theirs = calls.filter((call) => call.agent !== undefined && (agent ?? call.agent) === call.agent);
    const held = (rows: typeof said, state: string): number[] =>
      rows.filter(({ from }) => from === state).map(({ heldMs }) => heldMs / 1000);
    return {
      'Agents seen': () => [{ agents: new Set(said.map((row) => row.agent)).size }],
      Occupancy: () => [{ occupancy: occupancy(said) }],
      'Customer waited for the agent (95 %)': () => [{ connect: quantile(waits(theirs), 0.95) }],
      'Time on break': () => [{ breaks: spent(said, 'break') }],
      'Time by state': () =>
        groups(
          said.filter(({ from }) => from !== 'offline'),
          (row) => `${interval(row.at)}|${row.from}`,
        ).map(([key, rows]) => {
          const [time = '', state = ''] = key.split('|');
          return { time, state, seconds: sum(rows.map(({ heldMs }) => heldMs)) / 1000 };
        }),
      Agents: () =>
        groups(said, (row) => row.agent).map(([name, rows]) => {
          const its = theirs.filter((call) => call.agent === name);
          return {
            agent: name,
            calls: its.length,
            talk: mean(its.map(talk).filter((seconds) => seconds > 0)),
            wrap: mean(held(rows, 'wrap-up')),
            occupancy: occupancy(rows),
          };
        }),
      Breaks: () =>
        groups(
          said.filter(({ from }) => from === 'break'),
          (row) => row.agent,
        ).map(([name, rows]) => ({
          agent: name,
          breaks: rows.length,
          longest: Math.max(...held(rows, 'break')),
        })),
      Dispositions: () => {
        const words = here(facts).filter((row) => row.type === 'disposition');
        return groups(
          words.filter((row) => (agent ?? row.agent) === row.agent),
          (row) => `${row.code}|${row.by}`,
        )
          .map(([key, rows]) => {
            const [code = '', who = ''] = key.split('|');
            return { code, by: who, chosen: rows.length };
          })
          .toSorted(
            by(
              (row) => -row.chosen,
              (row) => row.code,
              (row) => row.by,
            ),
          );
      },
    };
  }

  function ingest(): Expectations {
    const isWord = ({ type }: EventRow): boolean => type === 'disposition';
    const tables: Record<string, { at: number; edge: string }[]> = {
      agent_events: seed.agents,
      attempts: seed.attempts.map((row) => ({ ...row, at: row.startedAt })),
      calls: seed.calls.map((row) => ({ ...row, at: row.startedAt })),
      dispositions: seed.events.filter(isWord),
      events: seed.events.filter((row) => !isWord(row)),
      metrics: seed.metrics,
    };
    const shown = Object.entries(tables).flatMap(([table, rows]) =>
      box(rows)
        .filter(({ at }) => inRange(at))
        .map((row) => ({ ...row, table })),
    );
    const streams: Record<string, Sent<{ at: number; seq: number }>[]> = {
      agent: seed.agents,
      attempt: seed.attempts,
      call: seed.calls,
      event: seed.events,
      metric: seed.metrics,
    };
    return {
      'Rows by table': () =>
        groups(shown, (row) => `${interval(row.at)}|${row.table}`).map(([key, rows]) => {
          const [time = '', table = ''] = key.split('|');
          return { time, table, rows: rows.length };
        }),
      Edges: () =>
        groups(box(metrics), (row) => row.edge).map(([name, rows]) => {
          const last = rows.toSorted(by((row) => row.at)).at(-1)!;
          return {
            edge: name,
            site: last.site,
            seen: (range.to - last.at) / 1000,
            waiting: last.outboxPending,
          };
        }),
      'Rows missing in between': () =>
        Object.entries(streams)
          .flatMap(([stream, rows]) =>
            groups(
              box(rows).filter(({ at }) => inRange(at)),
              (row) => row.edge,
            ).map(([name, of]) => {
              const places = of.map(({ seq }) => seq);
              const missing = Math.max(...places) - Math.min(...places) + 1 - places.length;
              return { edge: name, stream, arrived: of.length, missing };
            }),
          )
          .toSorted(
            by(
              (row) => row.edge,
              (row) => row.stream,
            ),
          ),
      'Stored and counted once': () =>
        // Everything was sent twice, and merging is stopped.
        Object.keys(tables).map((table) => {
          const rows = shown.filter((row) => row.table === table).length;
          return { table, stored: 2 * rows, rows, duplicates: 0 };
        }),
      'Rows that wait at the branches': () =>
        groups(box(metrics), (row) => `${interval(row.at)}|${row.edge}`).map(([key, rows]) => {
          const [time = '', name = ''] = key.split('|');
          return { time, edge: name, waiting: Math.max(...rows.map((row) => row.outboxPending)) };
        }),
      'Trust in the clocks': () =>
        groups(box(metrics), (row) => `${interval(row.at)}|${row.clock}`).map(([key, rows]) => {
          const [time = '', clock = ''] = key.split('|');
          return { time, clock, reports: rows.length };
        }),
      Storage: () => Object.entries(tables).map(([table, rows]) => ({ table, rows: 2 * rows.length })),
      Ledgers: () =>
        box(facts)
          .filter((row) => row.type === 'ledger')
          .toSorted(
            by(
              (row) => -row.at,
              (row) => row.edge,
            ),
          )
          .map((row) => ({
            at: written(row.at),
            edge: row.edge,
            state: row.state,
            calls: row.openCalls,
            attempts: row.openAttempts,
          })),
    };
  }
}

function count(rows: readonly { outcome: Outcome }[], outcome: Outcome): number {
  return rows.filter((row) => row.outcome === outcome).length;
}

/** People who picked up. */
export function live(rows: readonly { outcome: Outcome }[]): number {
  return count(rows, 'ANSWERED') + count(rows, 'ABANDONED');
}

export function abandonShare(rows: readonly { outcome: Outcome }[]): number | null {
  return share(count(rows, 'ABANDONED'), live(rows));
}

export function faulty(rows: readonly { outcome: Outcome }[]): number {
  return rows.filter(({ outcome }) => ['CONGESTION', 'TRUNK_FAULT', 'SIM_FAULT', 'LIMIT'].includes(outcome))
    .length;
}

function talk({ segments }: CallRow): number {
  return sum(segments.filter(({ kind }) => kind === 'agent').map(({ from, to }) => to - from)) / 1000;
}

function waits(calls: readonly CallRow[]): number[] {
  return calls
    .filter(({ direction }) => direction === 'outbound')
    .flatMap(({ answerToAgentMs }) => (answerToAgentMs === undefined ? [] : [answerToAgentMs]));
}

function detail({
  id: _id,
  seq: _seq,
  at: _at,
  clock: _clock,
  type: _type,
  ...rest
}: EventRow & object): object {
  const { site: _site, edge: _edge, epoch: _epoch, ...own } = rest as Record<string, unknown>;
  return own;
}

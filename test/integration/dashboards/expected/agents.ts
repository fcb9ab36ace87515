import { by, groups, mean, quantile, share, sum } from '../figures.ts';
import { among, talk, waits, type Expectations, type View } from './view.ts';

export function agents({ here, calls, said, facts, timed, chosen }: View): Expectations {
  const { agent } = chosen;
  const spent = (rows: typeof said, ...states: string[]): number =>
    sum(rows.filter(({ from }) => states.includes(from)).map(({ heldMs }) => heldMs)) / 1000;
  const occupancy = (rows: typeof said): number | null =>
    share(
      spent(rows, 'talking', 'held', 'wrap-up'),
      sum(rows.map(({ from, heldMs }) => (from === 'offline' ? 0 : heldMs))) / 1000,
    );
  const theirs = calls.filter((call) => call.agent !== undefined && among(agent, call.agent));
  const heard = theirs.flatMap((call) => {
    const quality = call.legs.find(({ role }) => role === 'agent')?.quality;
    return quality ? [{ ...call, ...quality, agent: call.agent ?? '' }] : [];
  });
  const held = (rows: typeof said, state: string): number[] =>
    rows.filter(({ from }) => from === state).map(({ heldMs }) => heldMs / 1000);
  return {
    'Agents seen': () => [{ agents: new Set(said.map((row) => row.agent)).size }],
    Occupancy: () => [{ occupancy: occupancy(said) }],
    'Customer waited for the agent (95 %)': () => [{ connect: quantile(waits(theirs), 0.95) }],
    'Time on break': () => [{ breaks: spent(said, 'break') }],
    'Time by state': () =>
      timed(
        said.filter(({ from }) => from !== 'offline'),
        (row) => row.at,
        (row) => row.from,
        (time, state, rows) => ({ time, state, seconds: sum(rows.map(({ heldMs }) => heldMs)) / 1000 }),
      ),
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
    'Handed on and listened to': () => {
      const told = here(facts).flatMap(
        (row): { who: string | undefined; handed: boolean; call: string }[] => {
          if (row.type === 'transferred') return [{ who: row.from, handed: true, call: row.call }];
          return row.type === 'monitored' ? [{ who: row.agent, handed: false, call: row.call }] : [];
        },
      );
      return groups(
        told.filter(({ who }) => who !== undefined && among(agent, who)),
        ({ who = '' }) => who,
      ).map(([name, rows]) => ({
        agent: name,
        handed: rows.filter(({ handed }) => handed).length,
        monitored: new Set(rows.flatMap(({ handed, call }) => (handed ? [] : [call]))).size,
      }));
    },
    'Voice quality of phones': () =>
      groups(heard, (row) => row.agent)
        .map(([name, rows]) => ({
          agent: name,
          phone:
            said
              .filter((row) => row.agent === name)
              .toSorted((a, b) => a.at - b.at)
              .at(-1)?.extension ?? '',
          calls: rows.length,
          mos: mean(rows.map(({ mos }) => mos)),
          poor: share(rows.filter(({ mos }) => mos < 3.6).length, rows.length),
          loss: mean(rows.map(({ loss }) => loss)),
          jitter: mean(rows.map(({ jitterMs }) => jitterMs)),
        }))
        .toSorted(
          by(
            (row) => row.mos ?? 0,
            (row) => row.agent,
          ),
        ),
    'Voice quality by agent (MOS)': () =>
      timed(
        heard,
        (row) => row.startedAt,
        (row) => row.agent,
        (time, name, rows) => ({ time, agent: name, mos: mean(rows.map(({ mos }) => mos)) }),
      ),
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
        words.filter((row) => among(agent, row.agent)),
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

import { describe, expect, it } from 'vitest';
import { all, expand } from './expand.ts';

const range = { from: 1_767_225_600_500, to: 1_767_229_200_000, intervalMs: 30_000 };

describe('time macros', () => {
  it('become instants of whole seconds', () => {
    expect(expand('$__timeFilter(at)', range)).toBe(
      'at >= toDateTime(1767225600) AND at <= toDateTime(1767229200)',
    );
    expect(expand('$__fromTime, $__toTime', range)).toBe('toDateTime(1767225600), toDateTime(1767229200)');
  });

  it('never make an interval shorter than a second', () => {
    expect(expand('$__timeInterval(at)', range)).toBe(
      'toStartOfInterval(toDateTime(at), INTERVAL 30 second)',
    );
    expect(expand('$__timeInterval(at)', { ...range, intervalMs: 50 })).toContain('INTERVAL 1 second');
  });

  it('that are not known stay, so that the engine refuses them', () => {
    expect(expand('$__timeGroup(at)', range)).toBe('$__timeGroup(at)');
  });
});

describe('variables', () => {
  const sql = '$__conditionalAll(site IN (${site:sqlstring}), $site)';

  it('of which all are chosen leave no condition', () => {
    expect(expand(sql, range, { site: all })).toBe('1=1');
    expect(expand(sql, range, { site: [all] })).toBe('1=1');
  });

  it('are quoted one by one, and a quote in them cannot end the text', () => {
    expect(expand(sql, range, { site: ['north', `o'hare`] })).toBe(`site IN ('north','o''hare')`);
  });

  it('stand within nested brackets', () => {
    const nested = `a AND $__conditionalAll(f(x, 'y') IN (\${line:sqlstring}), $line) AND $__conditionalAll(b, $site)`;
    expect(expand(nested, range, { line: 'l', site: all })).toBe(`a AND f(x, 'y') IN ('l') AND 1=1`);
  });

  it('without a format are put in as they are, several of them quoted', () => {
    expect(expand('$a ${b}', range, { a: 'x', b: ['y', 'z'] })).toBe(`x 'y','z'`);
  });

  it('that are not defined stay', () => {
    expect(expand('$nobody ${__value.raw}', range)).toBe('$nobody ${__value.raw}');
  });
});

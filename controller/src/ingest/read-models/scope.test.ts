import { expect, it } from 'vitest';
import { siteCondition } from './scope.ts';

it('a scope of sites travels as a parameter and never as SQL', () => {
  const condition = siteCondition([`x', site) OR 1=1 --`]);
  expect(condition.sql).not.toContain('OR');
  expect(condition.params).toEqual({ sites: [`x', site) OR 1=1 --`] });
});

it('an empty scope still filters', () => {
  expect(siteCondition([])).toEqual({ sql: 'has({sites:Array(String)}, site)', params: { sites: [] } });
  expect(siteCondition('all')).toEqual({ sql: '1', params: {} });
});

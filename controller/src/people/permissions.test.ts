import { expect, test } from 'vitest';
import { ManualClock, Role, type Grant } from '@branchline/shared';
import { inBoth, permissions, permits, scopeOf, type Action, type Scope } from './permissions.ts';
import { SignInThrottle } from './sign-in-throttle.ts';

const actions = Object.keys(permissions) as Action[];

/** Who may do what without a site in the grant: written down a second time, so that a change of the table is a decision. */
const expected: Record<Action, string> = {
  'overview.read': 'admin operations supervisor auditor engineer',
  'site.create': 'admin',
  'site.gsm': 'admin',
  'edge.enrol': 'admin engineer',
  'edge.revoke': 'admin engineer',
  'plan.read': 'admin operations supervisor engineer',
  'plan.write': 'admin engineer',
  'staff.write': 'admin operations supervisor engineer',
  'command.agent': 'admin operations supervisor',
  'command.edge': 'admin operations engineer',
  'command.read': 'admin operations supervisor engineer',
  'lease.write-off': 'admin operations',
  'campaign.read': 'admin operations supervisor auditor',
  'campaign.write': 'admin operations',
  'campaign.run': 'admin operations',
  'import.write': 'admin operations',
  'import.read': 'admin operations supervisor',
  'flow.read': 'admin operations supervisor auditor engineer',
  'flow.write': 'admin operations',
  'prompt.read': 'admin operations supervisor auditor engineer',
  'prompt.write': 'admin operations',
  'article.read': 'admin operations supervisor auditor engineer',
  'article.write': 'admin operations',
  'call.read': 'admin operations supervisor auditor engineer agent',
  'call.export': 'admin operations supervisor auditor',
  'call.dispose': 'admin operations supervisor',
  'number.read': 'admin operations supervisor auditor',
  'dnc.read': 'admin operations supervisor auditor',
  'dnc.add': 'admin operations supervisor',
  'dnc.remove': 'admin',
  'user.read': 'admin',
  'user.write': 'admin',
  'token.own': 'admin operations supervisor auditor engineer agent',
  'account.own': 'admin operations supervisor auditor engineer agent',
  'audit.read': 'admin auditor',
  'audit.export': 'admin auditor',
  'dashboard.read': 'admin operations supervisor auditor engineer',
  'metrics.read': 'admin operations engineer',
};

test.each(actions)('%s is for exactly the roles it is meant for', (action) => {
  const may = Role.enum.filter((role) => permits([{ role }], action));
  expect(may.join(' ')).toBe(expected[action]);
});

test.each(actions)(
  'a grant at one site never allows %s at another, nor for the whole installation unless it is filtered',
  (action) => {
    for (const role of Role.enum) {
      const grants: Grant[] = [{ role, site: 'here' }];
      expect(permits(grants, action, ['there'])).toBe(false);
      expect(permits(grants, action, ['here', 'there'])).toBe(false);
      const { reach } = permissions[action];
      const everywhere = permits([{ role }], action);
      expect(permits(grants, action, [])).toBe(reach === 'filtered' && everywhere);
      expect(permits(grants, action, ['here'])).toBe(reach !== 'global' && everywhere);
    }
  },
);

test('what names all sites is not for whoever has a role at some of them', () => {
  for (const action of ['metrics.read', 'dashboard.read', 'user.read'] as const)
    for (const role of Role.enum) expect(permits([{ role, site: 'here' }], action)).toBe(false);
});

test('nobody may do anything without a grant', () => {
  for (const action of actions) expect(permits([], action, ['here'])).toBe(false);
});

test('a scope is the sites of the fitting grants, or all', () => {
  const grants: Grant[] = [
    { role: 'supervisor', site: 'a' },
    { role: 'supervisor', site: 'b' },
    { role: 'engineer', site: 'c' },
  ];
  expect(scopeOf(grants, 'call.dispose')).toEqual(['a', 'b']);
  expect(scopeOf([...grants, { role: 'operations' }], 'call.dispose')).toBe('all');
  expect(scopeOf(grants, 'user.read')).toEqual([]);
});

test('a password that was right before its second step neither counts as a failure nor forgives one', () => {
  const throttle = new SignInThrottle(new ManualClock());
  for (let i = 0; i < 4; i++) throttle.failed('ann');
  for (let i = 0; i < 20; i++) {
    throttle.admit('ann');
    throttle.failed('ann');
    throttle.withdraw('ann');
  }
  throttle.failed('ann');
  expect(() => throttle.admit('ann')).toThrow('Too many attempts');
});

test('five wrong attempts within a minute make the account and the address wait, and success forgives', () => {
  const clock = new ManualClock();
  const throttle = new SignInThrottle(clock);
  for (let i = 0; i < 5; i++) {
    throttle.admit('ann', '10.0.0.1');
    throttle.failed('ann', '10.0.0.1');
  }
  expect(() => throttle.admit('ann')).toThrow('Too many attempts');
  expect(() => throttle.admit('bob', '10.0.0.1')).toThrow('Too many attempts');
  expect(() => throttle.admit('bob', '10.0.0.2')).not.toThrow();
  clock.advance(60_000);
  expect(() => throttle.admit('ann', '10.0.0.1')).not.toThrow();
  throttle.failed('ann');
  throttle.succeeded('ann');
  expect(() => throttle.admit('ann')).not.toThrow();
});

test.each<[Scope, Scope, Scope]>([
  ['all', 'all', 'all'],
  ['all', ['east'], ['east']],
  [['east', 'west'], 'all', ['east', 'west']],
  [['east', 'west'], ['west', 'north'], ['west']],
  [['east'], [], []],
])('of %o and %o both have %o', (one, other, both) => {
  expect(inBoth(one, other)).toEqual(both);
});

import { expect, test } from 'vitest';
import { Role } from '@branchline/shared';
// @boundaries-ignore the console's own table of doors is compared with the controller's
import { may, type Ability } from '../../../controller/console/src/session/abilities.ts';
// @boundaries-ignore as above
import { en } from '../../../controller/console/src/words/en.ts';
// @boundaries-ignore as above
import { branchActs } from '../../../controller/src/compliance/index.ts';
// @boundaries-ignore as above
import { permissions, permits, type Action } from '../../../controller/src/people/index.ts';

/** The permission behind each door of the console. */
const doors: Readonly<Record<Ability, Action>> = {
  overview: 'overview.read',
  campaigns: 'campaign.read',
  'campaign-write': 'campaign.write',
  'import-read': 'import.read',
  'import-write': 'import.write',
  'dnc-read': 'dnc.read',
  'dnc-add': 'dnc.add',
  'dnc-remove': 'dnc.remove',
  flows: 'flow.read',
  'flow-write': 'flow.write',
  prompts: 'prompt.read',
  'prompt-write': 'prompt.write',
  knowledge: 'article.read',
  'knowledge-write': 'article.write',
  calls: 'call.read',
  'call-export': 'call.export',
  people: 'user.read',
  audit: 'audit.read',
  commands: 'command.read',
  'agent-orders': 'command.agent',
  'line-orders': 'command.edge',
  gsm: 'site.gsm',
  'plan-read': 'plan.read',
  'plan-write': 'plan.write',
  'staff-write': 'staff.write',
  own: 'token.own',
};

test.each(Object.entries(doors))('the console opens %s for exactly those who have %s', (ability, action) => {
  for (const role of Role.enum)
    expect([role, may([{ role }], ability as Ability)]).toEqual([role, permits([{ role }], action)]);
});

test('the audit log of the console has words for everything that can be on record, and for nothing else', () => {
  const asked = Object.keys(permissions).filter((action) => !action.endsWith('.read'));
  const recorded = [...asked, ...branchActs.map((act) => `branch.${act}`)];
  expect(Object.keys(en.audit.act).toSorted()).toEqual(
    recorded.map((action) => action.replace('.', '-')).toSorted(),
  );
});

import type { Ability } from '../session/abilities.ts';

/** The pages of the navigation, with the key that follows `g`. */
export const pages = [
  { path: '/', word: 'nav.overview', ability: 'overview', key: 'o', hint: 'keys.goOverview' },
  { path: '/floor', word: 'nav.floor', ability: 'overview', key: 's', hint: 'keys.goFloor' },
  { path: '/wallboard', word: 'nav.wallboard', ability: 'overview', key: 'w', hint: 'keys.goWallboard' },
  { path: '/campaigns', word: 'nav.campaigns', ability: 'campaigns', key: 'c', hint: 'keys.goCampaigns' },
  { path: '/flows', word: 'nav.flows', ability: 'flows', key: 'f', hint: 'keys.goFlows' },
  { path: '/prompts', word: 'nav.prompts', ability: 'prompts', key: 'r', hint: 'keys.goPrompts' },
  { path: '/knowledge', word: 'nav.knowledge', ability: 'knowledge', key: 'k', hint: 'keys.goKnowledge' },
  { path: '/calls', word: 'nav.calls', ability: 'calls', key: 'l', hint: 'keys.goCalls' },
  { path: '/why', word: 'nav.why', ability: 'overview', key: 'y', hint: 'keys.goWhy' },
  { path: '/evidence', word: 'nav.evidence', ability: 'campaigns', key: 'e', hint: 'keys.goEvidence' },
  { path: '/do-not-call', word: 'nav.doNotCall', ability: 'dnc-read', key: 'd', hint: 'keys.goDoNotCall' },
  { path: '/people', word: 'nav.people', ability: 'people', key: 'p', hint: 'keys.goPeople' },
  { path: '/audit', word: 'nav.audit', ability: 'audit', key: 'a', hint: 'keys.goAudit' },
  { path: '/account', word: 'nav.account', ability: 'own', key: 'm', hint: 'keys.goAccount' },
] as const satisfies readonly {
  readonly path: string;
  readonly word: string;
  readonly ability: Ability;
  readonly key: string;
  readonly hint: string;
}[];

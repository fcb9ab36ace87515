import Type, { type Static } from 'typebox';
import { closed, Instant } from '../contract/primitives.ts';

export * from './api-error.ts';
export * from './abandoned-calls.ts';
export * from './calls.ts';
export * from './campaigns.ts';
export * from './lead-conditions.ts';
export * from './completeness.ts';
export * from './compliance.ts';
export * from './desk.ts';
export * from './enrolment.ts';
export * from './fleet.ts';
export * from './floor.ts';
export * from './flows.ts';
export * from './knowledge.ts';
export * from './overview-document.ts';
export * from './page.ts';
export * from './people.ts';
export * from './prompts.ts';
export * from './second-factor.ts';
export * from './site-history.ts';
export * from './site-lines.ts';
export * from './wallboard.ts';
export * from './why.ts';

/** Whether the parts of the center work, for `/readyz`. */
export const Readiness = closed({
  ready: Type.Boolean(),
  at: Instant,
  parts: Type.Record(Type.String(), closed({ ok: Type.Boolean(), problem: Type.Optional(Type.String()) })),
});
export type Readiness = Static<typeof Readiness>;

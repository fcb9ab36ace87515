import fc from 'fast-check';
import { exitsOf, type Flow, type FlowStep } from './flow.ts';

/** A flow of a small office, used by tests here, at the branch and at the center. */
export const officeFlow: Flow = {
  start: 'hours',
  prompts: [
    {
      name: 'welcome',
      'zh-CN': '销售请按一，留言请按二。',
      en: 'For sales press one, for a message press two.',
    },
    { name: 'wrong', en: 'That was no choice.' },
    { name: 'message', en: 'Speak after the tone.' },
    { name: 'closed', en: 'We are closed.' },
  ],
  steps: [
    {
      id: 'hours',
      kind: 'hours',
      hours: [{ fromMinute: 540, toMinute: 1080, weekdays: [1, 2, 3, 4, 5] }],
      holidays: ['2026-12-25'],
      open: 'choice',
      closed: 'closed',
    },
    {
      id: 'choice',
      kind: 'menu',
      prompt: 'welcome',
      keys: { 1: 'sales', 2: 'message', 9: 'choice' },
      speech: [{ says: 'sales', key: '1' }],
      timeoutSeconds: 5,
      tries: 3,
      invalid: 'wrong',
      otherwise: 'sales',
    },
    { id: 'sales', kind: 'queue', queue: 'sales', priority: 50 },
    { id: 'message', kind: 'voicemail', prompt: 'message', maxSeconds: 60 },
    { id: 'closed', kind: 'hang-up', prompt: 'closed' },
  ],
};

/** Any flow without problems: what needs no caller leads forward only, what a caller does leads anywhere. */
export const validFlow: fc.Arbitrary<Flow> = fc
  .integer({ min: 1, max: 12 })
  .chain((last) => fc.tuple(...Array.from({ length: last + 1 }, (_, i) => anyStep(i, last))))
  .map((steps) => {
    const byId = new Map(steps.map((step) => [step.id, step]));
    const reached = new Set<string>();
    const open = ['s0'];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reached.has(id)) continue;
      reached.add(id);
      open.push(...exitsOf(byId.get(id)!).map(({ to }) => to));
    }
    return {
      start: 's0',
      prompts: [{ name: 'p', en: 'Hello.' }],
      steps: steps.filter(({ id }) => reached.has(id)),
    };
  });

function anyStep(i: number, last: number): fc.Arbitrary<FlowStep> {
  const id = `s${i}`;
  const ends = fc.constantFrom<FlowStep>(
    { id, kind: 'queue' },
    { id, kind: 'transfer', phones: ['101'] },
    { id, kind: 'voicemail', prompt: 'p', maxSeconds: 30 },
    { id, kind: 'hang-up' },
    { id, kind: 'hang-up', prompt: 'p' },
  );
  if (i === last) return ends;
  const later = fc.integer({ min: i + 1, max: last }).map((n) => `s${n}`);
  const anywhere = fc.integer({ min: 0, max: last }).map((n) => `s${n}`);
  const asked = { timeoutSeconds: 3, tries: 2, prompt: 'p' } as const;
  return fc.oneof<fc.Arbitrary<FlowStep>[]>(
    ends,
    later.map((next): FlowStep => ({ id, kind: 'prompt', prompt: 'p', next })),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom('1', '2', '*'), anywhere, { minKeys: 1, noNullPrototype: true }),
        later,
      )
      .map(([keys, otherwise]): FlowStep => ({ id, kind: 'menu', keys, otherwise, ...asked })),
    fc.tuple(anywhere, later).map(([next, otherwise]): FlowStep => ({
      id,
      kind: 'digits',
      into: 'number',
      min: 1,
      max: 3,
      terminator: '#',
      next,
      otherwise,
      ...asked,
    })),
    fc.tuple(later, later).map(([open, closed]): FlowStep => ({
      id,
      kind: 'hours',
      hours: [{ fromMinute: 0, toMinute: 720, weekdays: [1, 2, 3] }],
      holidays: [],
      open,
      closed,
    })),
    fc.tuple(later, later).map(([found, otherwise]): FlowStep => ({
      id,
      kind: 'lookup',
      url: 'http://localhost/?of={caller}',
      deadlineMs: 500,
      field: 'level',
      into: 'level',
      found,
      otherwise,
    })),
    fc.tuple(later, later).map(([to, otherwise]): FlowStep => ({
      id,
      kind: 'condition',
      variable: 'number',
      cases: { 1: to },
      otherwise,
    })),
    later.map((next): FlowStep => ({ id, kind: 'survey', question: 'q', answers: '12', next, ...asked })),
    later.map((next): FlowStep => ({ id, kind: 'opt-out', scope: 'all', next })),
  );
}

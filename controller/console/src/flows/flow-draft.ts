import {
  exitsOf,
  promptsOf,
  type Flow,
  type FlowExit,
  type FlowPrompt,
  type FlowSettings,
  type FlowStep,
  type FlowStepKind,
} from '@branchline/shared';

/** Kinds of steps in the order in which they are offered. */
export const stepKinds: readonly FlowStepKind[] = [
  'menu',
  'prompt',
  'digits',
  'hours',
  'condition',
  'lookup',
  'survey',
  'queue',
  'transfer',
  'voicemail',
  'opt-out',
  'hang-up',
];

/** What a new flow begins with: it is whole, and shows what a flow is. */
export const firstFlow: FlowSettings = {
  name: '',
  numbers: [],
  sites: [],
  flow: {
    start: 'hours',
    prompts: [
      {
        name: 'welcome',
        'zh-CN': '您好，人工服务请按一，留言请按二。',
        en: 'Welcome. For an agent press one, to leave a message press two.',
      },
      { name: 'message', 'zh-CN': '请在提示音后留言。', en: 'Please speak after the tone.' },
    ],
    steps: [
      {
        id: 'hours',
        kind: 'hours',
        hours: [{ fromMinute: 9 * 60, toMinute: 18 * 60, weekdays: [1, 2, 3, 4, 5] }],
        holidays: [],
        open: 'menu',
        closed: 'message',
      },
      {
        id: 'menu',
        kind: 'menu',
        prompt: 'welcome',
        keys: { 1: 'agents', 2: 'message' },
        timeoutSeconds: 5,
        tries: 2,
        otherwise: 'agents',
      },
      { id: 'agents', kind: 'queue' },
      { id: 'message', kind: 'voicemail', prompt: 'message', maxSeconds: 120 },
    ],
  },
};

function defaultStep(kind: FlowStepKind, id: string, to: string): FlowStep {
  const asked = { prompt: id, timeoutSeconds: 5, tries: 2 };
  switch (kind) {
    case 'menu':
      return { id, kind, ...asked, keys: { 1: to }, otherwise: to };
    case 'prompt':
      return { id, kind, prompt: id, next: to };
    case 'digits':
      return {
        id,
        kind,
        ...asked,
        into: 'digits',
        min: 1,
        max: 10,
        terminator: '#',
        next: to,
        otherwise: to,
      };
    case 'hours': {
      const hours = [{ fromMinute: 9 * 60, toMinute: 18 * 60, weekdays: [1, 2, 3, 4, 5] }];
      return { id, kind, hours, holidays: [], open: to, closed: to };
    }
    case 'condition':
      return { id, kind, variable: 'caller', cases: { 1: to }, otherwise: to };
    case 'lookup':
      return {
        id,
        kind,
        url: 'https://crm.example/callers?number={caller}',
        deadlineMs: 2000,
        field: 'level',
        into: 'level',
        found: to,
        otherwise: to,
      };
    case 'survey':
      return { id, kind, ...asked, question: id, answers: '12345', next: to };
    case 'queue':
      return { id, kind };
    case 'transfer':
      return { id, kind, phones: ['101'] };
    case 'voicemail':
      return { id, kind, prompt: id, maxSeconds: 120 };
    case 'opt-out':
      return { id, kind, scope: 'all', next: to };
    case 'hang-up':
      return { id, kind };
  }
}

/** A flow with one more step, named after its kind; it leads to where the flow ends. */
export function addStep(flow: Flow, kind: FlowStepKind): { readonly flow: Flow; readonly id: string } {
  const taken = new Set(flow.steps.map(({ id }) => id));
  let id: string = kind;
  for (let n = 2; taken.has(id); n++) id = `${kind}-${n}`;
  const end = flow.steps.find((step) => exitsOf(step).length === 0)?.id ?? flow.start;
  return { flow: { ...flow, steps: [...flow.steps, defaultStep(kind, id, end)] }, id };
}

export function changeStep(flow: Flow, id: string, step: FlowStep): Flow {
  return { ...flow, steps: flow.steps.map((each) => (each.id === id ? step : each)) };
}

/** Without a step; ways that led to it lead nowhere, which is said until they lead somewhere else. */
export function removeStep(flow: Flow, id: string): Flow {
  return { ...flow, steps: flow.steps.filter((step) => step.id !== id) };
}

/** A step with one of its ways leading elsewhere. */
export function leadTo(
  step: FlowStep,
  { by, value = '' }: Pick<FlowExit, 'by' | 'value'>,
  to: string,
): FlowStep {
  if (by === 'key' && step.kind === 'menu') return { ...step, keys: { ...step.keys, [value]: to } };
  if (by === 'case' && step.kind === 'condition') return { ...step, cases: { ...step.cases, [value]: to } };
  return { ...step, [by]: to };
}

/** A step under another name, with every way that led to it. */
export function renameStep(flow: Flow, from: string, to: string): Flow {
  const steps = flow.steps.map((step) => {
    const moved = exitsOf(step)
      .filter((exit) => exit.to === from)
      .reduce((each, exit) => leadTo(each, exit, to), step);
    return moved.id === from ? { ...moved, id: to } : moved;
  });
  return { ...flow, start: flow.start === from ? to : flow.start, steps };
}

/** A menu with the words that stand for one of its keys. */
export function sayWords(
  { speech = [], ...step }: Extract<FlowStep, { kind: 'menu' }>,
  key: string,
  words: readonly string[],
): Extract<FlowStep, { kind: 'menu' }> {
  const said = words.map((word) => ({ says: word.trim(), key })).filter(({ says }) => says !== '');
  const all = [...speech.filter((each) => each.key !== key), ...said];
  return { ...step, ...(all.length > 0 && { speech: all }) };
}

/** A flow with the text of a prompt. */
export function writePrompt(flow: Flow, name: string, language: 'zh-CN' | 'en', text: string): Flow {
  const { [language]: _, ...rest } = flow.prompts.find((each) => each.name === name) ?? { name };
  const written: FlowPrompt = text === '' ? rest : { ...rest, [language]: text };
  const others = flow.prompts.filter((each) => each.name !== name);
  return { ...flow, prompts: [...others, written] };
}

/** What is sent: prompts that no step says are left out. */
export function tidied(settings: FlowSettings): FlowSettings {
  const said = new Set(settings.flow.steps.flatMap(promptsOf));
  const prompts = settings.flow.prompts.filter(({ name }) => said.has(name));
  return { ...settings, name: settings.name.trim(), flow: { ...settings.flow, prompts } };
}

import { describe, expect, it } from 'vitest';
import { exitsOf, findFlowProblems, findProblem, FlowSettings, type Flow } from '@branchline/shared';
import {
  addStep,
  changeStep,
  firstFlow,
  leadTo,
  removeStep,
  renameStep,
  sayWords,
  stepKinds,
  tidied,
  writePrompt,
} from './flow-draft.ts';
import { beginWalk, byItself, goOn, type Walk } from './walk.ts';

const { flow } = firstFlow;
/** A Wednesday. */
const at = (hour: number): number => Date.parse(`2026-11-18T${String(hour).padStart(2, '0')}:00:00Z`);
const step = (of: Flow, id: string) => of.steps.find((each) => each.id === id)!;

describe('a flow that is edited', () => {
  it('begins whole', () => {
    expect(findFlowProblems(flow)).toEqual([]);
    expect(findProblem(FlowSettings, { ...firstFlow, name: 'Hotline' })).toBeUndefined();
  });

  it.each(stepKinds)('gets a step of the kind %s that only has to be led to and spoken', (kind) => {
    const { flow: more, id } = addStep(flow, kind);
    const said = writePrompt(more, id, 'en', 'Hello.');
    const led = changeStep(said, 'menu', leadTo(step(said, 'menu'), { by: 'key', value: '5' }, id));
    expect(findFlowProblems(led)).toEqual([]);
    expect(findProblem(FlowSettings, tidied({ ...firstFlow, name: 'x', flow: led }))).toBeUndefined();
  });

  it('gets words for a key of a menu, and loses them with the last', () => {
    const menu = step(flow, 'menu') as Parameters<typeof sayWords>[0];
    const said = sayWords(sayWords(menu, '1', ['sales ', ' ']), '2', ['留言', 'message']);
    expect(said.speech).toEqual([
      { says: 'sales', key: '1' },
      { says: '留言', key: '2' },
      { says: 'message', key: '2' },
    ]);
    expect(findFlowProblems(changeStep(flow, 'menu', said))).toEqual([]);
    expect(sayWords(sayWords(said, '1', []), '2', [])).toEqual(menu);
  });

  it('names a second step of a kind anew', () => {
    expect(addStep(addStep(flow, 'prompt').flow, 'prompt').id).toBe('prompt-2');
  });

  it('keeps every way when a step is renamed, and says which lead nowhere when one is removed', () => {
    const renamed = renameStep(flow, 'message', 'voicemail');
    expect(findFlowProblems(renamed)).toEqual([]);
    expect(exitsOf(step(renamed, 'menu')).map(({ to }) => to)).toContain('voicemail');
    expect(renameStep(flow, 'hours', 'open-hours').start).toBe('open-hours');
    expect(
      findFlowProblems(removeStep(flow, 'message')).map(({ code, step: place }) => [code, place]),
    ).toEqual([
      ['BL_FLOW_STEP_UNKNOWN', 'hours'],
      ['BL_FLOW_STEP_UNKNOWN', 'menu'],
    ]);
  });

  it('sends only prompts that are said, and a text that was emptied is gone', () => {
    const written = writePrompt(writePrompt(flow, 'unused', 'en', 'x'), 'welcome', 'en', '');
    expect(tidied({ ...firstFlow, flow: written }).flow.prompts.map((each) => Object.keys(each))).toEqual([
      ['name', 'zh-CN', 'en'],
      ['name', 'zh-CN'],
    ]);
  });
});

describe('a call that is walked through a flow', () => {
  const press = (walk: Walk, key: string): Walk => goOn(flow, walk, { type: 'key', key, at: at(10) });

  it('goes where the keys and the time of day lead', () => {
    expect(beginWalk(flow, at(10)).state).toMatchObject({ step: 'menu', doing: 'playing' });
    expect(beginWalk(flow, at(20)).state).toMatchObject({ step: 'message' });
    expect(press(beginWalk(flow, at(10)), '1').state).toMatchObject({ outcome: 'queued' });
  });

  it('ends by itself when nobody does anything, and its log tells all of it', () => {
    let walk = beginWalk(flow, at(10));
    for (
      let next = byItself(walk.state);
      next && walk.state.outcome === undefined;
      next = byItself(walk.state)
    )
      walk = goOn(flow, walk, { type: next, at: at(10) });
    expect(walk.state.outcome).toBe('queued');
    expect(walk.log.map((entry) => (entry.what === 'order' ? entry.order.do : entry.input.type))).toEqual([
      'play',
      'played',
      'listen',
      'timeout',
      'play',
      'played',
      'listen',
      'timeout',
      'queue',
    ]);
  });
});

import { expect, test } from 'vitest';
import { Handing, MonitorMode, type CallMoment } from '@branchline/shared';
import { en } from '../words/en.ts';
import { wordsOf } from '../words/testing.ts';
import { zhCN } from '../words/zh-CN.ts';
import { momentWords } from './moment-words.ts';

const said = (moment: CallMoment, words: object = en): string =>
  momentWords(wordsOf(words), moment, String, (id) => `“${id}”`).text;

test.each<[CallMoment, string, string]>([
  [
    { at: 1, what: 'transferred', how: 'blind', from: 'mei', to: 'agent li', by: 'mei' },
    'mei hands the customer to agent li.',
    'mei 将客户转给坐席 li。',
  ],
  [
    { at: 1, what: 'transferred', how: 'taken-over', from: 'mei', to: 'phone 104', by: 'eva' },
    'The call is taken over: eva has it go to phone 104.',
    '通话被接管：eva 将其转到话机 104。',
  ],
  [
    { at: 1, what: 'transferred', how: 'parked', by: 'mei' },
    'mei parks the customer.',
    'mei 停泊客户的通话。',
  ],
  [
    { at: 1, what: 'line-chosen', line: 'sim-2', by: 'price', passed: [] },
    'Line sim-2: the cheapest to this operator that could take the call.',
    '线路 sim-2：到该运营商最便宜的可用线路。',
  ],
  [
    { at: 1, what: 'monitored', mode: 'whisper', extension: '104', agent: 'mei', by: 'eva' },
    'eva whispers to mei on phone 104; the customer does not hear it.',
    'eva 在话机 104 上对 mei 耳语，客户听不到。',
  ],
  [
    { at: 1, what: 'supervised', agent: 'mei', by: 'eva' },
    'eva ends the call on the board of the branch.',
    'eva 在网点看板上结束了通话。',
  ],
  [
    { at: 1, what: 'came-from-site', site: 'east' },
    'The call comes from site “east”, where nobody was free: an agent here is asked for.',
    '来电由网点 “east” 转来（该网点无空闲坐席），请本网点坐席接听。',
  ],
])('%j is told in words', (moment, english, chinese) => {
  expect(said(moment)).toBe(english);
  expect(said(moment, zhCN)).toBe(chinese);
});

test('every way of handing over and of listening has its words, filled', () => {
  const moments = [
    ...Handing.enum.map((how): CallMoment => ({
      at: 1,
      what: 'transferred',
      how,
      to: 'queue sales',
      by: 'mei',
    })),
    ...MonitorMode.enum.map((mode): CallMoment => ({
      at: 1,
      what: 'monitored',
      mode,
      extension: '104',
      by: 'eva',
    })),
  ];
  for (const moment of moments)
    for (const words of [en, zhCN]) expect(said(moment, words)).not.toMatch(/undefined|\{\{/);
});

test('lines that a call was not made over are told with the reason', () => {
  const moment: CallMoment = {
    at: 1,
    what: 'line-chosen',
    line: 'sim-2',
    by: 'order',
    passed: [
      { line: 'e1-a', verdict: 'full' },
      { line: 'sim-1', verdict: 'limit' },
    ],
  };
  expect(momentWords(wordsOf(en), moment, String, String).detail).toBe(
    'e1-a: all channels in use; sim-1: at one of its limits',
  );
});

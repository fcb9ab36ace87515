import { expect, test } from 'vitest';
import { causes, Handing, MonitorMode, VoicemailHandling, type CallMoment } from '@branchline/shared';
import { en } from '../words/en.ts';
import { causeWord } from '../words/known-words.ts';
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
    { at: 1, what: 'digits-sent', agent: 'mei', count: 6 },
    'mei keys digits to the other party (6); which ones is kept nowhere.',
    'mei 向对方发送按键（6 位）；具体按键不予保存。',
  ],
  [
    { at: 1, what: 'gate-refused', wanted: 'outside', number: '+861', agent: 'mei', rule: 'do-not-call' },
    'A call to a number outside (+861) is not let out: it is on the do-not-call list.',
    '一次外线呼叫（+861）被拦截：在免打扰名单中。',
  ],
  [{ at: 1, what: 'voicemail-handled', act: 'called-back', agent: 'mei' }, 'mei calls back.', 'mei 回拨。'],
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
    ...VoicemailHandling.enum.map((act): CallMoment => ({
      at: 1,
      what: 'voicemail-handled',
      act,
      agent: 'mei',
    })),
  ];
  for (const moment of moments)
    for (const words of [en, zhCN]) expect(said(moment, words)).not.toMatch(/undefined|\{\{/);
});

const ended = (cause: string, q850: number, sipStatus: number, words: object = en) =>
  momentWords(
    wordsOf(words),
    { at: 1, what: 'ended', by: 'network', cause, q850, sipStatus },
    String,
    String,
  );

test('why a call ended is told in words, the codes beside', () => {
  expect(ended('USER_BUSY', 17, 486)).toEqual({
    text: `The call ends, by ${en.calls.story.by.network}: the number is busy.`,
    detail: 'USER_BUSY · Q.850 17 · SIP 486',
  });
  expect(ended('USER_BUSY', 17, 486, zhCN).text).toContain('用户忙');
  // By its number where the word says nothing, by what it amounts to where there is no word, else not at all.
  expect(ended('OF_TOMORROW', 17, 0).text).toContain('the number is busy');
  expect(ended('OF_TOMORROW', 8, 0).text).toContain('Barred');
  expect(ended('OF_TOMORROW', 0, 603).text).toContain('Rejected');
  expect(ended('OF_TOMORROW', 0, 0)).toEqual({
    text: `The call ends, by ${en.calls.story.by.network}.`,
    detail: 'OF_TOMORROW · Q.850 0',
  });
});

test('every cause of the table has words', () => {
  const silent = causes.filter(({ name, code, source }) =>
    source === 'q850' || source === 'switch'
      ? causeWord(wordsOf(), name ?? '', { q850: Number(code) }) === undefined
      : source === 'sip' && causeWord(wordsOf(), '', { sipStatus: Number(code) }) === undefined,
  );
  expect(silent).toEqual([]);
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

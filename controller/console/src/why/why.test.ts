import { describe, expect, it } from 'vitest';
import { GateRule, whyCodes } from '@branchline/shared';
import { numberFormat } from '../format/numbers.ts';
import { en } from '../words/en.ts';
import { zhCN } from '../words/zh-CN.ts';
import type { T } from '../words/use-words.ts';
import { reasonSentence } from './reason-words.ts';
import { questionOf } from './why-question.ts';

const places = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1] ?? '').toSorted();

describe('the sentences of reasons', () => {
  it.each([
    ['English', en.why],
    ['Chinese', zhCN.why],
  ] as const)('are there for every code and rule, with values that the code has (%s)', (_, words) => {
    expect(Object.keys(words.reason).toSorted()).toEqual(Object.keys(whyCodes).toSorted());
    expect(Object.keys(words.rule).toSorted()).toEqual([...GateRule.enum].toSorted());
    for (const [code, params] of Object.entries(whyCodes)) {
      const text = words.reason[code as keyof typeof words.reason];
      expect([code, Object.keys(params)]).toEqual([code, expect.arrayContaining(places(text))]);
    }
  });

  it('write each value as what it is', () => {
    const t = ((key: string, values?: Record<string, string>) =>
      `${key} ${JSON.stringify(values)}`) as unknown as T;
    const speech = { t, number: numberFormat('en'), time: (at: number) => `<${at}>` };
    const params = { campaign: 'C', due: 5, outcome: 'BUSY' };
    expect(reasonSentence(speech, { code: 'lead-not-due-after', params })).toBe(
      'why.reason.lead-not-due-after {"campaign":"C","due":"<5>","outcome":"outcome.BUSY undefined","defaultValue":"lead-not-due-after"}',
    );
    const paced = { site: 'S', campaign: 'C', because: 'risk', risk: 0.02, allowed: 0.03, share: 0.3 };
    expect(reasonSentence(speech, { code: 'branch-paced', params: paced })).toContain(
      JSON.stringify('campaign.because.risk {"risk":"2.0%","allowed":"3.0%","share":"30%"}'),
    );
    expect(reasonSentence(speech, { code: 'attempt-refused', params: { rule: 'a-newer-rule' } })).toContain(
      'a-newer-rule',
    );
  });
});

describe('the question in the address', () => {
  it.each([
    ['number=%2B8613912345678', '/why/number?number=%2B8613912345678'],
    ['lead=abc', '/why/lead/abc'],
    ['about=be%20ijing', '/why?about=be%20ijing'],
    ['other=1', undefined],
  ])('%s asks %s', (search, path) => {
    expect(questionOf(new URLSearchParams(search))?.path).toBe(path);
  });
});

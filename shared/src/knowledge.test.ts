import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Article } from './contract/knowledge.ts';
import { Knowledge, marksOf, searchTerms } from './knowledge.ts';

const article = (id: string, title: string, text: string, more: Partial<Article> = {}): Article => ({
  id,
  title,
  text,
  language: 'zh-CN',
  campaigns: [],
  queues: [],
  ...more,
});

const base = new Knowledge([
  article('a', '如何办理退款', '客户在七天内可以申请退款。请核对订单号。'),
  article('b', 'Changing the tariff', 'A customer may change the TARIFF once a month.', { language: 'en' }),
  article('c', '电表读数', '读数从左到右，不含红色数字。', { queues: ['meters'] }),
  article('d', '退款被拒', '超过七天不能退款，ＯＡ 系统会拒绝。'),
  article('e', '常见问题', '电表在哪里？电表读数怎么读？'),
]);
const found = (question: string, subject = {}) => base.search(question, subject).map(({ id }) => id);

describe('the knowledge base', () => {
  it('finds Chinese without blanks, by what is in the title first', () => {
    expect(searchTerms('申请退款')).toEqual(['申请', '请退', '退款']);
    expect(found('申请退款')).toEqual(['a']);
    expect(found('退款')).toEqual(['a', 'd']);
    expect(found('退')).toEqual(['a', 'd']);
    expect(found('怎么退款')).toEqual([]);
    expect(found('想退款')).toEqual(['a', 'd']);
  });

  it('wants all words, whatever their case and width', () => {
    expect(found('tariff change')).toEqual(['b']);
    expect(found('tar')).toEqual(['b']);
    expect(found('tariff refund')).toEqual([]);
    expect(found('oa')).toEqual(['d']);
    expect(found(' 、。! ')).toEqual([]);
  });

  it('finds those for the call first', () => {
    expect(found('电表')).toEqual(['c', 'e']);
    expect(found('读数', { queue: 'meters' })).toEqual(['c', 'e']);
    const both = new Knowledge([
      article('x', 'Fees', 'y'),
      article('y', 'Other', 'fees', { campaigns: ['k'] }),
    ]);
    expect(both.search('fees').map(({ id }) => id)).toEqual(['x', 'y']);
    expect(both.search('fees', { campaign: 'k' }).map(({ id }) => id)).toEqual(['y', 'x']);
  });

  it('shows where in a long text it is', () => {
    const long = new Knowledge([article('x', 'T', `${'word '.repeat(100)}needle ${'word '.repeat(100)}`)]);
    expect(long.search('needle')[0]!.excerpt).toMatch(/^… .*needle.* …$/);
  });

  it('marks only what was looked for, in order and apart, wherever it is', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '退', '款', ' ', 'İ', 'Ａ', '😀'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, text, (whole, question) => {
        const terms = searchTerms(question);
        const marks = marksOf(whole, terms);
        let before = -1;
        for (const { from, to } of marks) {
          expect(from).toBeGreaterThan(before);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(whole.length);
          before = to;
          // Each is made of terms, so its own terms are among what was looked for or longer words of it.
          expect(terms.some((term) => marksOf(whole.slice(from, to), [term]).length > 0)).toBe(true);
        }
        const rest = marks.reduceRight(
          (left, { from, to }) => `${left.slice(0, from)}|${left.slice(to)}`,
          whole,
        );
        expect(terms.every((term) => marksOf(rest, [term]).length === 0)).toBe(true);
      }),
    );
  });

  it('finds every article by its own title', () => {
    const title = fc.string({
      unit: fc.constantFrom('a', 'B', '退', '款', ' ', '1'),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(title, { minLength: 1, maxLength: 6 }), (titles) => {
        const all = new Knowledge(titles.map((each, i) => article(`${i}`, each, '-')));
        const missed = titles.filter(
          (each, i) => searchTerms(each).length > 0 && all.search(each).every(({ id }) => id !== `${i}`),
        );
        expect(missed).toEqual([]);
      }),
    );
  });
});

import type { Article } from './contract/knowledge.ts';

/** A part of a text, from one character to before another. */
export interface Mark {
  readonly from: number;
  readonly to: number;
}

/** Characters that are looked at of a question, and terms made of them. */
export const longestQuestion = 100;
const mostTerms = 12;
const mostHits = 20;

/** Chinese has no blanks between words: it is looked for by pairs of characters. */
const runs = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const han = /^\p{Script=Han}/u;

/** A text as it is compared: without regard to case and to the width of Latin letters. Places in it are those of the text. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  const same = lower.length === text.length ? lower : Array.from(text, lowerAlike).join('');
  return same.replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}

/** The few letters whose small form is longer stay as they are. */
function lowerAlike(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}

/** What a question is looked for by: words, and pairs of Chinese characters. */
export function searchTerms(question: string): string[] {
  const found = folded(question.slice(0, longestQuestion)).match(runs) ?? [];
  return [...new Set(found.flatMap((run) => (han.test(run) ? pairsOf(run) : [run])))].slice(0, mostTerms);
}

function pairsOf(run: string): string[] {
  const letters = Array.from(run);
  return letters.length === 1 ? letters : letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
}

/** Where a text has one of the terms, in its order; what touches is one. */
export function marksOf(text: string, terms: readonly string[]): Mark[] {
  const whole = folded(text);
  const all = terms.flatMap((term) => {
    const marks: Mark[] = [];
    for (let at = whole.indexOf(term); at >= 0; at = whole.indexOf(term, at + 1))
      marks.push({ from: at, to: at + term.length });
    return marks;
  });
  const merged: Mark[] = [];
  for (const mark of all.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && mark.from <= last.to) merged[merged.length - 1] = { ...last, to: Math.max(last.to, mark.to) };
    else merged.push(mark);
  }
  return merged;
}

/** What was found, with the place in its text where it begins. */
export interface Hit {
  readonly id: string;
  readonly title: string;
  readonly excerpt: string;
}

/** What a call is about, as far as articles are made for it. */
export interface Subject {
  readonly campaign?: string | undefined;
  readonly queue?: string | undefined;
}

interface Prepared {
  readonly article: Article;
  readonly title: string;
  readonly text: string;
}

/** The articles of a branch, made ready to be searched at every key. */
export class Knowledge {
  readonly #articles: readonly Prepared[];

  constructor(articles: readonly Article[] = []) {
    this.#articles = articles.map((article) => ({
      article,
      title: folded(article.title),
      text: folded(article.text),
    }));
  }

  get size(): number {
    return this.#articles.length;
  }

  find(id: string): Article | undefined {
    return this.#articles.find(({ article }) => article.id === id)?.article;
  }

  /**
   * Articles that have all words of a question and half of its pairs of Chinese characters: those for the call first, then by how much
   * of the question they have, in the title above all.
   */
  search(question: string, subject: Subject = {}): Hit[] {
    const terms = searchTerms(question);
    if (terms.length === 0) return [];
    const whole = folded(question.trim());
    return this.#articles
      .flatMap((prepared) => {
        const score = scoreOf(prepared, terms, whole);
        return score === 0
          ? []
          : [{ ...prepared, score: score + (isFor(prepared.article, subject) ? 1000 : 0) }];
      })
      .toSorted((a, b) => b.score - a.score || (a.article.id < b.article.id ? -1 : 1))
      .slice(0, mostHits)
      .map(({ article: { id, title, text } }) => ({ id, title, excerpt: excerptOf(text, terms) }));
  }
}

function isFor({ campaigns, queues }: Article, { campaign = '', queue = '' }: Subject): boolean {
  return campaigns.includes(campaign) || queues.includes(queue);
}

/** 0: it does not answer the question. */
function scoreOf({ title, text }: Prepared, terms: readonly string[], whole: string): number {
  let score = (title.includes(whole) ? 10 : 0) + (text.includes(whole) ? 5 : 0);
  let pairs = 0;
  let found = 0;
  for (const term of terms) {
    const points = (title.includes(term) ? 4 : 0) + (text.includes(term) ? 1 : 0);
    score += points;
    if (!han.test(term)) {
      if (points === 0) return 0;
      continue;
    }
    pairs++;
    if (points > 0) found++;
  }
  return found * 2 >= pairs ? score : 0;
}

const excerptLength = 120;

function excerptOf(text: string, terms: readonly string[]): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const from = Math.max(0, (marksOf(line, terms)[0]?.from ?? 0) - 20);
  const part = line.slice(from, from + excerptLength);
  return `${from > 0 ? '… ' : ''}${part}${from + excerptLength < line.length ? ' …' : ''}`;
}

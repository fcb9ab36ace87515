import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandArgs, errorCatalogue, Outcome } from '@branchline/shared';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';
import { zhErrors } from './zh-CN-errors.ts';

type Tree = { readonly [key: string]: string | Tree };

function keys(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${prefix}${key}`] : keys(value, `${prefix}${key}.`),
  );
}

function textOf(tree: Tree, key: string): string {
  const found = key
    .split('.')
    .reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : at), tree);
  return typeof found === 'string' ? found : '';
}

const plural = /_(?:one|other)$/;
const places = (text: string): string[] =>
  [...text.matchAll(/\{\{?(\w+)\}\}?/g)].map((found) => found[1] ?? '').toSorted();

const folder = join(import.meta.dirname, '..');
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts') && !/^words\/(?:en|zh-CN)/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');

describe('the words of the console', () => {
  it('are the same in both languages, but for plural forms', () => {
    const base = (tree: Tree): string[] =>
      [...new Set(keys(tree).map((key) => key.replace(plural, '')))].toSorted();
    expect(base(zhCN)).toEqual(base(en));
  });

  it('have every plural form that their language uses', () => {
    const counted = (tree: Tree, form: string): string[] =>
      keys(tree)
        .filter((key) => key.endsWith(form))
        .map((key) => key.replace(plural, ''));
    expect(counted(en, '_one')).toEqual(counted(en, '_other'));
    expect(counted(zhCN, '_other')).toEqual(counted(en, '_other'));
    expect(counted(zhCN, '_one')).toEqual([]);
  });

  it('are filled with the same values in both languages', () => {
    for (const key of keys(zhCN))
      expect([key, places(textOf(zhCN, key))]).toEqual([key, places(textOf(en, key))]);
  });

  it('are all used', () => {
    const unused = keys(en)
      .map((key) => key.replace(plural, ''))
      .filter((key) => {
        if (source.includes(`'${key}'`)) return false;
        // A word chosen at run time: `t(`agent.${state}`)` uses everything below `agent`.
        return !source.includes(`\`${key.slice(0, key.lastIndexOf('.'))}.\${`);
      });
    expect(unused).toEqual([]);
  });

  it('name every outcome of the contract', () => {
    expect(Object.keys(en.outcome).toSorted()).toEqual([...Outcome.enum].toSorted());
  });

  it('name every command of the contract', () => {
    expect(Object.keys(en.sitePage.command).toSorted()).toEqual(Object.keys(commandArgs).toSorted());
  });

  it('translate only errors of the catalogue, with values that the catalogue fills in', () => {
    for (const [code, text] of Object.entries(zhErrors)) {
      if (code === 'BL_CONSOLE_UNREACHABLE') continue;
      const entry = errorCatalogue[code as keyof typeof errorCatalogue];
      expect([code, entry === undefined]).toEqual([code, false]);
      expect([code, places(entry.message)]).toEqual([code, expect.arrayContaining(places(text.message))]);
    }
  });

  it('translate every error a person can meet through the API', () => {
    const met = Object.keys(errorCatalogue).filter((code) => /^BL_(?:API|AUTH|IMPORT|CAMPAIGN)_/.test(code));
    expect(met.filter((code) => !(code in zhErrors))).toEqual([]);
  });
});

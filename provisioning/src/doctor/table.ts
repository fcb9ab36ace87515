import { styleText } from 'node:util';
import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { Language } from '@branchline/shared';
import type { Check, CheckResult } from './check.ts';
import { fill, wordsIn } from './words.ts';

const colours = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const satisfies Record<
  CheckResult,
  string
>;

/** Widths of the columns; with their borders 100. */
const widths = [15, 12, 6, 28, 33];

/** The checks as a table of at most 100 columns, and a last line that sums up. */
export function tableOf(checks: readonly Check[], language: Language, coloured: boolean): string {
  const words = wordsIn(language);
  const { line, check, result, detail, advice } = words.head;
  const table = new Table({
    head: [line, check, result, detail, advice],
    colWidths: widths,
    style: { head: [], border: [], compact: true },
  });
  const paint = (of: CheckResult, text: string): string =>
    coloured ? styleText(colours[of], text, { validateStream: false }) : text;
  for (const each of checks)
    table.push([
      wrapped(each.line ?? words.box, widths[0]!),
      words.check[each.check],
      paint(each.result, words.result[each.result]),
      wrapped(each.detail, widths[3]!),
      wrapped(each.advice, widths[4]!),
    ]);
  return `${table.toString()}\n${summaryOf(checks, language)}`;
}

/** The table itself counts signs where Chinese ones take two columns. @param width of the column with its padding */
function wrapped(text: string, width: number): string {
  return wrapAnsi(text, width - 2, { hard: true });
}

function summaryOf(checks: readonly Check[], language: Language): string {
  const { summary } = wordsIn(language);
  const count = (result: CheckResult): number => checks.filter((each) => each.result === result).length;
  const parts = [
    ...(count('fail') > 0 ? [fill(summary.faults, { count: count('fail') })] : [summary.fine]),
    ...(count('warn') > 0 ? [fill(summary.warnings, { count: count('warn') })] : []),
  ];
  return parts.join(' ');
}

import type { CampaignView } from '@branchline/shared';
import { csvTable } from '../http/csv-text.ts';

interface FigureRow {
  /** The beginning of its hour; of a line, its site and name; neither: of the whole campaign. */
  readonly hour?: number;
  readonly site?: string;
  readonly line?: string;
  readonly outcome?: string;
  readonly disposition?: string;
  readonly count: number;
}

/**
 * What a campaign's page counts as CSV (RFC 4180): attempts by outcome, calls by their disposition, the last 24 hours by outcome, and
 * tries by line and outcome. Raw counts, of which the page shows shares.
 */
export function figuresCsv({
  outcomes,
  dispositions,
  hours,
  lines,
}: Pick<CampaignView, 'outcomes' | 'dispositions' | 'hours' | 'lines'>): Generator<string> {
  const byOutcome = (counts: Readonly<Record<string, number>>, of: Partial<FigureRow> = {}): FigureRow[] =>
    Object.entries(counts).map(([outcome, count]) => ({ ...of, outcome, count }));
  return csvTable<FigureRow>(
    [
      ['hour', ({ hour }) => (hour === undefined ? undefined : new Date(hour).toISOString())],
      ['site', ({ site }) => site],
      ['line', ({ line }) => line],
      ['outcome', ({ outcome }) => outcome],
      ['disposition', ({ disposition }) => disposition],
      ['count', ({ count }) => count],
    ],
    [
      ...byOutcome(outcomes),
      ...Object.entries(dispositions).map(([disposition, count]) => ({ disposition, count })),
      ...hours.flatMap((each) => byOutcome(each.outcomes, { hour: each.from })),
      ...lines.flatMap(({ site, line, outcomes: ofLine }) => byOutcome(ofLine, { site, line })),
    ],
  );
}

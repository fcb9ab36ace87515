import {
  abandonDefinitions,
  abandonRate,
  type AbandonedCalls,
  type AnswerCounts,
  type AnswerDay,
} from '@branchline/shared';
import { stringifyRow } from '../http/csv-text.ts';

type Column = readonly [title: string, key: keyof AnswerCounts];

const counts: readonly Column[] = [
  ['answered', 'answered'],
  ['machines', 'machines'],
  ['played', 'played'],
  ['connected', 'connected'],
  ['connected_late', 'connectedLate'],
  ['abandoned', 'abandoned'],
  ['left_at_once', 'leftAtOnce'],
  ['left_waiting', 'leftWaiting'],
  ['unknown', 'unknown'],
];

/** The evidence as CSV (RFC 4180): a row for each day, site and campaign, raw counts first, then each definition's rate. */
export function* abandonedCallsCsv(evidence: AbandonedCalls, misjudged: number): Generator<string> {
  const rates = abandonDefinitions.map((definition) => `rate_${definition}`);
  yield `\u{feff}${stringifyRow(['day', 'zone', 'site', 'campaign', 'campaign_id', ...counts.map(([title]) => title), ...rates, 'misjudged'])}`;
  for (const day of evidence.days) yield stringifyRow(row(day, evidence.campaigns, misjudged));
}

function row(day: AnswerDay, names: AbandonedCalls['campaigns'], misjudged: number): string[] {
  return [
    day.day,
    day.zone,
    day.site,
    names[day.campaign] ?? '',
    day.campaign,
    ...counts.map(([, key]) => String(day[key])),
    ...abandonDefinitions.map((definition) => abandonRate(day, definition, misjudged).toFixed(5)),
    String(misjudged),
  ];
}

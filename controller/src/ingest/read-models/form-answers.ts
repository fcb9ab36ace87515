import type { CallView } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { findCalls } from './recent-calls.ts';
import { siteCondition, type SiteScope } from './scope.ts';

/** A form as it was stored last for a call. */
export interface AnsweredForm {
  readonly call: string;
  /** Business epoch ms. */
  readonly at: number;
  readonly site: string;
  readonly agent: string;
  /** By field. */
  readonly answers: Readonly<Record<string, string>>;
  /** The call; absent while it goes on. */
  readonly view?: CallView;
}

/** A question as it was asked last. */
export interface AskedField {
  readonly id: string;
  readonly label: string;
}

/**
 * Every question of a campaign's form that was ever answered.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export function readAskedFields(
  clickHouse: ClickHouse,
  campaign: string,
  scope: SiteScope,
): Promise<AskedField[]> {
  const sites = siteCondition(scope);
  return clickHouse.query<AskedField>(
    `SELECT field AS id, argMax(label, (at, seq)) AS label
     FROM ${clickHouse.database}.form_answers_unique
     ARRAY JOIN answers.field AS field, answers.label AS label
     WHERE ${sites.sql} AND campaign = {campaign:UUID} GROUP BY field ORDER BY min(at), field`,
    { ...sites.params, campaign },
  );
}

/**
 * Forms of a campaign, a page of at most `limit` in the order of the calls.
 * @param after the last call of the page before; empty for the first
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readFormAnswers(
  clickHouse: ClickHouse,
  campaign: string,
  scope: SiteScope,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<AnsweredForm[]> {
  const sites = siteCondition(scope);
  const forms = await clickHouse.query<
    Omit<AnsweredForm, 'site' | 'answers' | 'view'> & {
      itsSite: string;
      answers: [field: string, answer: string][];
    }
  >(
    // An alias that is a column's name would take its place in the condition.
    `SELECT toString(f.call) AS call, toUnixTimestamp64Milli(max(f.at)) AS at, any(f.site) AS itsSite,
       argMax(f.agent, (f.at, f.seq)) AS agent,
       argMax(arrayMap((field, answer) -> tuple(field, answer), f.answers.field, f.answers.answer), (f.at, f.seq)) AS answers
     FROM ${clickHouse.database}.form_answers_unique AS f
     WHERE ${sites.sql} AND f.campaign = {campaign:UUID} AND toString(f.call) > {after:String}
     GROUP BY f.call ORDER BY call LIMIT {limit:UInt32}`,
    { ...sites.params, campaign, after, limit },
  );
  const calls = await findCalls(
    clickHouse,
    forms.map(({ call }) => call),
    scope,
  );
  const views = new Map(calls.map((view) => [view.id, view]));
  return forms.map(({ itsSite: site, answers, ...form }) => {
    const view = views.get(form.call);
    return { ...form, site, answers: Object.fromEntries(answers), ...(view && { view }) };
  });
}

import { abandonedAfterMs, type AnswerDay } from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';

/** Which answers are counted. */
export interface AnswerSearch {
  /** Days of `zone`, YYYY-MM-DD, both included. */
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  /** Sites in that zone. */
  readonly sites: readonly string[];
  readonly campaign?: string;
}

/**
 * What became of answered outbound calls, by day, site and campaign: an answer counts on the day on which it came.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readAnswers(clickHouse: ClickHouse, search: AnswerSearch): Promise<AnswerDay[]> {
  const { from, to, zone, sites, campaign } = search;
  if (sites.length === 0) return [];
  const live = `outcome NOT IN ('MACHINE', 'PLAYED')`;
  const alone = `${live} AND bridged_at IS NULL`;
  return clickHouse.query<AnswerDay>(
    `WITH coalesce(bridged_at, ended_at) AS met,
          -- Whoever is led by a flow waits from where it led them to an agent.
          arrayMax(arrayConcat([assumeNotNull(answered_at)],
            arrayFilter((t, kind) -> kind = 'flow' AND t <= met, segments.to, segments.kind))) AS waits_since,
          dateDiff('millisecond', waits_since, met) AS waited
     SELECT toString(toDate(assumeNotNull(answered_at), {zone:String})) AS day, site, {zone:String} AS zone, campaign,
            count() AS answered, countIf(outcome = 'MACHINE') AS machines,
            countIf(outcome = 'PLAYED') AS played,
            countIf(${live} AND bridged_at IS NOT NULL) AS connected,
            countIf(${live} AND bridged_at IS NOT NULL AND waited > ${abandonedAfterMs}) AS connectedLate,
            countIf(${alone} AND outcome = 'ABANDONED') AS abandoned,
            countIf(${alone} AND outcome NOT IN ('ABANDONED', 'LOST') AND waited <= ${abandonedAfterMs}) AS leftAtOnce,
            countIf(${alone} AND outcome NOT IN ('ABANDONED', 'LOST') AND waited > ${abandonedAfterMs}) AS leftWaiting,
            countIf(${alone} AND outcome = 'LOST') AS unknown
     FROM ${clickHouse.database}.calls_unique
     WHERE direction = 'outbound' AND campaign IS NOT NULL AND answered_at IS NOT NULL
       AND started_at >= toDateTime64({from:String}, 3, {zone:String}) - INTERVAL 1 HOUR
       AND started_at < toDateTime64(addDays(toDate({to:String}), 1), 3, {zone:String})
       AND toDate(assumeNotNull(answered_at), {zone:String}) BETWEEN toDate({from:String}) AND toDate({to:String})
       AND has({sites:Array(String)}, site)${campaign === undefined ? '' : ' AND campaign = {campaign:UUID}'}
     GROUP BY day, site, campaign ORDER BY day, site, toString(campaign)`,
    { from, to, zone, sites, ...(campaign !== undefined && { campaign }) },
  );
}

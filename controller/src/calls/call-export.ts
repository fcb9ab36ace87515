import type { CallView } from '@branchline/shared';
import {
  exportedAtOnce,
  readRecentCalls,
  type CallSearch,
  type ClickHouse,
  type SiteScope,
} from '../ingest/index.ts';
import { stringifyRow } from '../http/csv-text.ts';

/**
 * All calls of a search as CSV (RFC 4180), page by page as they are taken, so that memory stays constant however long the list is.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE` in its midst: what was told until then is not all
 */
export async function* exportCalls(
  clickHouse: ClickHouse,
  search: CallSearch,
  scope: SiteScope,
  masked: (call: CallView) => CallView,
): AsyncGenerator<string> {
  // Spreadsheet programs take UTF-8 for what it is only with a byte order mark.
  yield `\u{feff}${stringifyRow(exportColumns)}`;
  let cursor: string | undefined;
  do {
    const { calls, next } = await readRecentCalls(
      clickHouse,
      { ...search, limit: exportedAtOnce, ...(cursor !== undefined && { cursor }) },
      scope,
      exportedAtOnce,
    );
    yield calls.map((call) => stringifyRow(exportRow(masked(call)))).join('');
    cursor = next;
  } while (cursor !== undefined);
}

const exportColumns = [
  'started_at',
  'site',
  'edge',
  'direction',
  'campaign',
  'customer',
  'agent',
  'line',
  'outcome',
  'disposition',
  'duration_seconds',
  'talk_seconds',
  'id',
];

function exportRow(call: CallView): string[] {
  return [
    new Date(call.at).toISOString(),
    call.site,
    call.edge,
    call.direction,
    call.campaign ?? '',
    call.customer,
    call.agent ?? '',
    call.line,
    call.outcome,
    call.disposition ?? '',
    String(Math.round(call.durationMs / 1000)),
    String(Math.round(call.talkMs / 1000)),
    call.id,
  ];
}

import type { CallView, FormField } from '@branchline/shared';
import {
  readAskedFields,
  readFormAnswers,
  type AnsweredForm,
  type AskedField,
  type ClickHouse,
  type SiteScope,
} from '../ingest/index.ts';
import { stringifyRow } from '../http/csv-text.ts';

const pageRows = 500;

/**
 * What was answered in a campaign's form as CSV (RFC 4180), a row for each call, page by page, so that memory stays constant.
 * Questions that are no longer asked come last.
 */
export async function* exportForm(
  clickHouse: ClickHouse,
  { id, form }: { readonly id: string; readonly form: readonly FormField[] },
  scope: SiteScope,
  masked: (call: CallView) => CallView,
): AsyncGenerator<string> {
  const asked = await readAskedFields(clickHouse, id, scope);
  const fields = [...form, ...asked.filter((old) => form.every((field) => field.id !== old.id))];
  // Spreadsheet programs take UTF-8 for what it is only with a byte order mark.
  yield `\u{feff}${stringifyRow([...callColumns, ...fields.map(({ label }) => label)])}`;
  let after = '';
  for (;;) {
    const page = await readFormAnswers(clickHouse, id, scope, { after, limit: pageRows });
    yield page.map((answered) => stringifyRow(rowOf(answered, fields, masked))).join('');
    const last = page.at(-1);
    if (!last || page.length < pageRows) return;
    after = last.call;
  }
}

const callColumns = ['answered_at', 'site', 'agent', 'customer', 'outcome', 'disposition', 'call'];

function rowOf(
  { call, at, site, agent, answers, view }: AnsweredForm,
  fields: readonly AskedField[],
  masked: (call: CallView) => CallView,
): string[] {
  const seen = view && masked(view);
  return [
    new Date(at).toISOString(),
    site,
    agent,
    seen?.customer ?? '',
    seen?.outcome ?? '',
    seen?.disposition ?? '',
    call,
    ...fields.map(({ id }) => answers[id] ?? ''),
  ];
}

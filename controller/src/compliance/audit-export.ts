import type { Kysely } from 'kysely';
import type { AuditEntry, AuditFilter } from '@branchline/shared';
import { stringifyRow } from '../http/csv-text.ts';
import type { Tables } from '../database/index.ts';
import type { Scope } from '../people/index.ts';
import { readAudit } from './audit-log.ts';

const pageSize = 500;

/** The trail as CSV (RFC 4180), newest first, page by page, so that memory stays constant however long it is. */
export async function* exportAudit(
  db: Kysely<Tables>,
  filter: AuditFilter,
  scope: Scope,
): AsyncGenerator<string> {
  // Spreadsheet programs take UTF-8 for what it is only with a byte order mark.
  yield `\u{feff}${stringifyRow(['id', 'at', 'principal', 'action', 'target', 'site', 'detail', 'hash'])}`;
  let before: number | undefined;
  do {
    const entries = await readAudit(db, filter, scope, pageSize, before);
    yield entries.map((entry) => stringifyRow(exportRow(entry))).join('');
    before = entries.length === pageSize ? entries.at(-1)?.id : undefined;
  } while (before !== undefined);
}

function exportRow({ id, at, principal, action, target, site, detail, hash }: AuditEntry): string[] {
  return [
    String(id),
    new Date(at).toISOString(),
    principal,
    action,
    target,
    site ?? '',
    detail === null ? '' : JSON.stringify(detail),
    hash,
  ];
}

import type { User } from '@branchline/shared';
import { csvTable } from '../http/csv-text.ts';

/** Who may sign in and what they may do, as CSV (RFC 4180): for whoever has to review access rights. A row for each role of a person. */
export function peopleCsv(people: readonly User[]): Generator<string> {
  const rows = people.flatMap((person) =>
    (person.grants.length > 0 ? person.grants : [undefined]).map((grant) => ({ person, grant })),
  );
  return csvTable<(typeof rows)[number]>(
    [
      ['name', ({ person }) => person.name],
      ['display_name', ({ person }) => person.displayName],
      ['role', ({ grant }) => grant?.role],
      ['site', ({ grant }) => grant && (grant.site ?? '*')],
      ['disabled', ({ person }) => String(person.disabled)],
      ['second_factor', ({ person }) => String(person.totp)],
      ['second_factor_required', ({ person }) => String(person.totpRequired)],
      ['language', ({ person }) => person.language],
    ],
    rows,
  );
}

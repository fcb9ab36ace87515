import type { Kysely, Transaction } from 'kysely';
import { BranchlineError, type Clock, type EnrolRequest } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import { hashSecret, newSecret } from '../people/index.ts';
import type { CertificateRegister } from './certificates.ts';
import type { DeviceAuthority, IssuedCertificate } from './device-authority.ts';

/** How long a token waits for its box, ms of transport time. */
const tokenMs = 7 * 86_400_000;

/** A new token for an edge; older unused ones stop working. Shown once, only its hash is stored. */
export async function issueToken(
  trx: Transaction<Tables>,
  edge: string,
  clock: Clock,
): Promise<{ token: string; expiresAt: number }> {
  const token = newSecret();
  const now = clock.now();
  const expiresAt = now + tokenMs;
  await trx.deleteFrom('enrolment_tokens').where('edge', '=', edge).where('used_at', 'is', null).execute();
  await trx
    .insertInto('enrolment_tokens')
    .values({ hash: hashSecret(token), edge, created_at: now, expires_at: expiresAt, used_at: null })
    .execute();
  return { token, expiresAt };
}

/** Why a token does not enrol, or undefined when it does. */
export function tokenProblem(
  token: { edge: string; expires_at: number; used_at: number | null } | undefined,
  request: { edge: string; hardwareId: string },
  boundTo: string | null,
  now: number,
): string | undefined {
  // A token of another edge says the same as none: a stolen one must not tell what it is for.
  if (!token || token.edge !== request.edge) return 'it is unknown for this edge';
  if (token.used_at !== null) return 'it was used already';
  if (token.expires_at <= now) return 'it has expired';
  if (boundTo !== null && boundTo !== request.hardwareId) return 'the edge is bound to another box';
  return undefined;
}

/**
 * Turns a token into a certificate. The first enrolment binds the name to the box; later ones of the same box replace its
 * certificate (a re-flashed box re-joins as itself).
 * @throws BranchlineError `BL_ENROL_TOKEN`, `BL_ENROL_CSR`
 */
export async function enrol(
  db: Kysely<Tables>,
  authority: DeviceAuthority,
  register: CertificateRegister,
  request: EnrolRequest,
  clock: Clock,
): Promise<IssuedCertificate & { replaced: number }> {
  return db.transaction().execute(async (trx) => {
    const token = await trx
      .selectFrom('enrolment_tokens')
      .selectAll()
      .where('hash', '=', hashSecret(request.token))
      .forUpdate()
      .executeTakeFirst();
    const edge = await trx
      .selectFrom('edges')
      .select(['id', 'hardware_id'])
      .where('id', '=', request.edge)
      .forUpdate()
      .executeTakeFirst();
    const problem = tokenProblem(token, request, edge?.hardware_id ?? null, clock.now());
    if (!token || !edge || problem) {
      throw new BranchlineError('BL_ENROL_TOKEN', { problem: problem ?? 'it is unknown for this edge' });
    }
    const issued = await authority.issue(edge.id, request.csr);
    const replaced = await register.revoke(trx, edge.id);
    await register.record(trx, edge.id, issued);
    await trx
      .updateTable('enrolment_tokens')
      .set({ used_at: clock.now() })
      .where('hash', '=', token.hash)
      .execute();
    await trx
      .updateTable('edges')
      .set({ hardware_id: request.hardwareId })
      .where('id', '=', edge.id)
      .execute();
    return { ...issued, replaced };
  });
}

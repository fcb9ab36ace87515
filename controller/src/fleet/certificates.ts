import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '@branchline/shared';
import type { Tables } from '../database/index.ts';
import type { IssuedCertificate } from './device-authority.ts';

/**
 * Which certificates are in force. Kept in memory because the broker must answer at once and also while PostgreSQL is away.
 */
export class CertificateRegister {
  readonly #db: Kysely<Tables>;
  readonly #clock: Clock;
  #inForce = new Map<string, string>();

  constructor(db: Kysely<Tables>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Reads the register anew; other controllers may have issued and revoked. @returns whether a revocation was news */
  async load(): Promise<boolean> {
    const rows = await this.#db
      .selectFrom('edge_certificates')
      .select(['serial', 'edge'])
      .where('revoked_at', 'is', null)
      .execute();
    const before = this.#inForce;
    this.#inForce = new Map(rows.map((row) => [row.serial, row.edge]));
    return [...before.keys()].some((serial) => !this.#inForce.has(serial));
  }

  /** Whether a certificate vouches for this edge now. */
  inForce(edge: string, serial: string): boolean {
    return this.#inForce.get(serial.toUpperCase().replace(/^0+/, '')) === edge;
  }

  /** Everything revoked, for the list that TLS checks. */
  async revoked(): Promise<{ serial: string; at: number }[]> {
    const rows = await this.#db
      .selectFrom('edge_certificates')
      .select(['serial', 'revoked_at'])
      .where('revoked_at', 'is not', null)
      // An expired certificate is refused anyway; the list stays short.
      .where('expires_at', '>', this.#clock.now())
      .execute();
    return rows.map((row) => ({ serial: row.serial, at: row.revoked_at ?? 0 }));
  }

  async record(trx: Transaction<Tables>, edge: string, issued: IssuedCertificate): Promise<void> {
    await trx
      .insertInto('edge_certificates')
      .values({
        serial: issued.serial,
        edge,
        issued_at: this.#clock.now(),
        expires_at: issued.expiresAt,
        revoked_at: null,
      })
      .execute();
  }

  /** Revokes all certificates of an edge. @returns how many */
  async revoke(trx: Transaction<Tables>, edge: string): Promise<number> {
    const gone = await trx
      .updateTable('edge_certificates')
      .set({ revoked_at: this.#clock.now() })
      .where('edge', '=', edge)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return Number(gone.numUpdatedRows);
  }
}

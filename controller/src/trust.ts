import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { BranchlineError } from '@branchline/shared';
import type { TlsMaterial } from './broker/index.ts';
import type { Clocks } from './clocks.ts';
import type { ControllerConfig } from './config.ts';
import type { Tables } from './database/index.ts';
import { CertificateRegister, DeviceAuthority, SecretVault } from './fleet/index.ts';

/** The keys of an installation, and what they vouch for. */
export interface Trust {
  readonly authority: DeviceAuthority;
  readonly vault: SecretVault;
  readonly certificates: CertificateRegister;
  /** What listeners show and check now. */
  tlsMaterial(): Promise<TlsMaterial>;
}

/**
 * Opens the keys in the home folder. All controllers of a database must have the same ones: a box that one of them
 * vouched for would be a stranger to the next.
 * @throws BranchlineError `BL_CONFIG_FOREIGN_KEYS`, `BL_CONFIG_UNREADABLE`
 */
export async function openTrust(
  config: ControllerConfig,
  db: Kysely<Tables>,
  clocks: Clocks,
): Promise<Trust> {
  const authority = await DeviceAuthority.open(join(config.home, 'ca'), clocks.transport);
  const vault = await SecretVault.open(join(config.home, 'secrets.agekey'));
  const { raw } = new X509Certificate(authority.certificate);
  await claim(db, 'ca', createHash('sha256').update(raw).digest('hex'), config.home);
  await claim(db, 'secrets.agekey', vault.recipient, config.home);
  const certificates = new CertificateRegister(db, clocks.transport);
  await certificates.load();
  const server = await authority.serverCertificate(config.publicHosts);
  return {
    authority,
    vault,
    certificates,
    tlsMaterial: async () => ({
      ca: authority.certificate,
      ...server,
      crl: await authority.revocationList(await certificates.revoked()),
    }),
  };
}

/** The first controller writes down which key the installation has; every later one must have the same. */
async function claim(db: Kysely<Tables>, name: string, fingerprint: string, home: string): Promise<void> {
  await db
    .insertInto('installation_keys')
    .values({ name, fingerprint })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const known = await db
    .selectFrom('installation_keys')
    .select('fingerprint')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  if (known.fingerprint !== fingerprint)
    throw new BranchlineError('BL_CONFIG_FOREIGN_KEYS', { file: join(home, name) });
}

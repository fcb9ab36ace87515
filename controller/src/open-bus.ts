import { readFile } from 'node:fs/promises';
import { systemRandom } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { EmbeddedBroker, ExternalBroker, type TlsMaterial } from './broker/index.ts';
import type { LeaseEpoch } from './campaigns/index.ts';
import type { Clocks } from './clocks.ts';
import type { ControllerConfig } from './config.ts';
import type { CertificateRegister, ViolationLog } from './fleet/index.ts';

export interface BusParts {
  readonly config: ControllerConfig;
  readonly clocks: Clocks;
  readonly log: Log;
  readonly tls: TlsMaterial;
  readonly violations: ViolationLog;
  readonly certificates: CertificateRegister;
  readonly epoch: LeaseEpoch;
  /** Tells this process from the other controllers. */
  readonly instance: string;
  /** Whether this process answers to the boxes. */
  readonly answers: () => boolean;
  /** Another controller's Will said that the controller is gone. */
  readonly belied: () => void;
}

/** The broker of this installation, not yet listening: the one inside, or a client of the one that is configured. */
export async function openBus(parts: BusParts): Promise<EmbeddedBroker | ExternalBroker> {
  const { config, clocks, log, tls, violations, certificates, epoch, instance, answers, belied } = parts;
  const inbound = {
    clock: clocks.transport,
    log,
    violated: (violation: Parameters<ViolationLog['add']>[0]) => violations.add(violation),
  };
  const { url, port, caFile, certFile, keyFile } = config.mqtt;
  if (url === undefined) {
    const inForce = (edge: string, serial: string): boolean => certificates.inForce(edge, serial);
    // Nobody else answers to the boxes of a broker of our own, not even while the database is away.
    return EmbeddedBroker.create({ ...inbound, answers: () => true, host: config.host, port, tls, inForce });
  }
  const [ca, cert, key] = await Promise.all(
    [caFile, certFile, keyFile].map(async (file) => (file ? readFile(file, 'utf8') : undefined)),
  );
  return ExternalBroker.create({
    ...inbound,
    answers,
    instance,
    belied,
    url,
    tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) },
    will: { online: false, epoch: epoch.id, at: clocks.business.now() },
    random: systemRandom,
  });
}

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { BranchlineError, DeskCertificate, problemOf } from '@branchline/shared';
import { isLocalHost, openDocument } from '@branchline/shared/node';
import { newKey, type EdgeIdentity } from './identity.ts';
import { postJson } from './post-json.ts';

const Kept = Type.Object({ cert: Type.String(), key: Type.String(), hosts: Type.Array(Type.String()) });

/** What the box serves on the branch's own network is served with this. */
export type ServerTls = Pick<Static<typeof Kept>, 'cert' | 'key'>;

/** A certificate with less than this left is renewed, ms. */
const renewMs = 60 * 86_400_000;

/** Names and addresses under which the box is found on the branch's own network. */
export function ownHosts(edge: string): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(
      ({ address, internal }) => !internal && !address.startsWith('fe80:') && isLocalHost(address, edge),
    )
    .map(({ address }) => address);
  const name = hostname()
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '');
  return [
    ...new Set(['localhost', '127.0.0.1', `${edge}.local`, ...(name ? [`${name}.local`] : []), ...addresses]),
  ].slice(0, 20);
}

/**
 * The box's certificate for its own network: the kept one while it holds and names these hosts, else a new one from the controller. Without the
 * controller an old one is better than none.
 * @throws BranchlineError `BL_UPLINK_REFUSED` when there is none and the controller gives none
 */
export async function deskCertificate(
  folder: string,
  identity: Pick<EdgeIdentity, 'edge' | 'edgeUrl' | 'tls'>,
  hosts: readonly string[],
  now: number,
): Promise<ServerTls> {
  const document = await openDocument(join(folder, 'desk.json'), Kept, { cert: '', key: '', hosts: [] });
  const kept = document.data;
  const names = hosts.toSorted();
  const fits = kept.cert !== '' && kept.hosts.join() === names.join();
  if (fits && new X509Certificate(kept.cert).validToDate.getTime() - now > renewMs) return kept;
  try {
    const made = await newKey(identity.edge);
    const [ca, cert, key] = await Promise.all(
      [identity.tls.caFile, identity.tls.certificateFile, identity.tls.keyFile].map((file) => readFile(file)),
    );
    const url = new URL('/edge/v1/desk-certificate', identity.edgeUrl);
    const tls = { ca: ca!, cert: cert!, key: key! };
    const { certificate } = await postJson(url, tls, { csr: made.csr, hosts: names }, DeskCertificate);
    document.data = { cert: certificate, key: made.key, hosts: names };
    await document.write();
    return document.data;
  } catch (error) {
    if (kept.cert !== '') return kept;
    throw new BranchlineError('BL_UPLINK_REFUSED', { edge: identity.edge, problem: problemOf(error) }, error);
  }
}

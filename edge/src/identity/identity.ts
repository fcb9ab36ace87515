import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pkcs10CertificateRequestGenerator, PemConverter, cryptoProvider } from '@peculiar/x509';
import { generateIdentity, identityToRecipient, Decrypter, armor } from 'age-encryption';
import Type from 'typebox';
import { BranchlineError, EnrolResponse, Instant, Name, problemOf } from '@branchline/shared';
import { openDocument, writeDurably } from '@branchline/shared/node';
import { postJson, Refusal } from './post-json.ts';

cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[0]);

const Identity = Type.Object({
  edge: Name,
  /** age identity: opens what the controller seals to this box; never leaves it. */
  age: Type.String(),
  /** MQTT and HTTPS addresses of the controller; absent before enrolment. */
  mqttUrl: Type.Optional(Type.String()),
  edgeUrl: Type.Optional(Type.String()),
  /** Business instant at which the clock was last confirmed. */
  clockConfirmedAt: Type.Optional(Instant),
});

export interface EdgeIdentity {
  readonly edge: string;
  readonly recipient: string;
  readonly mqttUrl: string;
  readonly edgeUrl: string;
  readonly clockConfirmedAt: number | undefined;
  readonly tls: { readonly caFile: string; readonly certificateFile: string; readonly keyFile: string };
  /** Opens a text sealed to this box. @throws BranchlineError `BL_CONFIG_INVALID` */
  unseal(place: string, text: string): Promise<string>;
  /** Remembers across restarts when the clock was last known to be right. */
  rememberClock(confirmedAt: number): Promise<void>;
}

/** What an engineer hands to a new box: who it is and the one-time token. */
export interface Enrolment {
  readonly url: string;
  readonly token: string;
  /** PEM of the installation's authority. */
  readonly ca: string;
}

/**
 * Opens the box's identity in `folder`, enrolling first when it has no certificate yet. The private key is made here and
 * never leaves the box.
 * @throws BranchlineError `BL_CONFIG_INVALID` when there is neither an identity nor an enrolment, `BL_ENROL_REFUSED` when the
 * controller does not take the token, `BL_ENROL_UNREACHABLE` when it cannot be asked
 */
export async function openIdentity(
  folder: string,
  edge: string,
  enrolment: Enrolment | undefined,
): Promise<EdgeIdentity> {
  const document = await openDocument(join(folder, 'identity.json'), Identity, {
    edge,
    age: await generateIdentity(),
  });
  if (document.data.edge !== edge) {
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: 'edge',
      problem: `this box is ${document.data.edge}, not ${edge}`,
    });
  }
  const tls = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'edge.crt'),
    keyFile: join(folder, 'edge.key'),
  };
  if (document.data.mqttUrl === undefined || document.data.edgeUrl === undefined) {
    if (!enrolment)
      throw new BranchlineError('BL_CONFIG_INVALID', {
        place: 'enrolment',
        problem: 'the box has no certificate and no enrolment token',
      });
    const { key, csr } = await newKey(edge);
    const request = { edge, token: enrolment.token, csr, hardwareId: await hardwareId() };
    const answer = await postJson(new URL(enrolment.url), { ca: enrolment.ca }, request, EnrolResponse).catch(
      (error: unknown) => {
        const problem = problemOf(error).replace(/\.$/, '');
        throw error instanceof Refusal
          ? new BranchlineError('BL_ENROL_REFUSED', { edge, problem }, error)
          : new BranchlineError('BL_ENROL_UNREACHABLE', { url: enrolment.url, problem }, error);
      },
    );
    await writeDurably(tls.keyFile, key);
    await writeDurably(tls.caFile, answer.ca);
    await writeDurably(tls.certificateFile, answer.certificate);
    document.data = { ...document.data, mqttUrl: answer.mqttUrl, edgeUrl: new URL(enrolment.url).origin };
    await document.write();
  }
  const { age, mqttUrl, edgeUrl, clockConfirmedAt } = document.data;
  const decrypter = new Decrypter();
  decrypter.addIdentity(age);
  return {
    edge,
    recipient: await identityToRecipient(age),
    mqttUrl: mqttUrl!,
    edgeUrl: edgeUrl!,
    clockConfirmedAt,
    tls,
    async unseal(place, text) {
      try {
        return await decrypter.decrypt(armor.decode(text), 'text');
      } catch (error) {
        throw new BranchlineError(
          'BL_CONFIG_INVALID',
          { place, problem: `it is not sealed to this box (${problemOf(error)})` },
          error,
        );
      }
    },
    async rememberClock(confirmedAt) {
      document.data = { ...document.data, clockConfirmedAt: confirmedAt };
      await document.write();
    },
  };
}

/** A new private key and the request that names its owner (PKCS #10). */
export async function newKey(edge: string): Promise<{ key: string; csr: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${edge}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), csr: csr.toString('pem') };
}

/** What tells this box from another: the machine id, hashed so that it can be shown. */
async function hardwareId(): Promise<string> {
  const id = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  return createHash('sha256')
    .update(`branchline:${id.trim() || 'unknown'}`)
    .digest('hex')
    .slice(0, 32);
}

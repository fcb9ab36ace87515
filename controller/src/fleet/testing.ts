import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';

/** What a box makes for itself before it enrols. */
export interface BoxKeys {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** PKCS #10, PEM. */
  readonly csr: string;
  /** age identity and its public key. */
  readonly age: string;
  readonly recipient: string;
}

/** Keys of a make-believe box: for tests of enrolment and of the broker's door. */
export async function makeBoxKeys(name: string): Promise<BoxKeys> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const age = await generateX25519Identity();
  return {
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
    csr: request.toString('pem'),
    age,
    recipient: await identityToRecipient(age),
  };
}

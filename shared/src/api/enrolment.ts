import Type, { type Static } from 'typebox';
import { closed, Instant, Label, Name } from '../contract/primitives.ts';

/** What a box sends once to `POST /edge/v1/enrol`: its own certificate request and the token the engineer was given. */
export const EnrolRequest = closed({
  edge: Name,
  token: Type.String({ minLength: 20, maxLength: 200 }),
  /** PKCS #10, PEM; the private key never leaves the box. */
  csr: Type.String({ minLength: 100, maxLength: 8192 }),
  /** What the token was bound to by first use: a re-flashed box re-joins as itself, another one does not. */
  hardwareId: Label,
});
export type EnrolRequest = Static<typeof EnrolRequest>;

/** What a box sends with its own certificate to `POST /edge/v1/desk-certificate`: what its page and its phones' door answer to. */
export const DeskCertificateRequest = closed({
  /** PKCS #10, PEM. */
  csr: Type.String({ minLength: 100, maxLength: 8192 }),
  /** Names and addresses of the box on the branch's own network. */
  hosts: Type.Array(Type.String({ pattern: '^[a-z0-9.:-]{1,100}$' }), { minItems: 1, maxItems: 20 }),
});
export type DeskCertificateRequest = Static<typeof DeskCertificateRequest>;

export const DeskCertificate = closed({ certificate: Type.String(), expiresAt: Instant });
export type DeskCertificate = Static<typeof DeskCertificate>;

/** What the box keeps: its certificate (CN = edge) and the authority it must find behind every controller address. */
export const EnrolResponse = closed({
  edge: Name,
  certificate: Type.String(),
  ca: Type.String(),
  expiresAt: Instant,
  /** MQTT broker, `mqtts://host:port`. */
  mqttUrl: Type.String(),
});
export type EnrolResponse = Static<typeof EnrolResponse>;

import { Readable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, Server as TlsServer, TLSSocket } from 'node:tls';
import rateLimit from '@fastify/rate-limit';
import { fastify, type FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  BranchlineError,
  closed,
  DeskCertificate,
  DeskCertificateRequest,
  EnrolRequest,
  EnrolResponse,
  Name,
  Sha256,
  type Clock,
} from '@branchline/shared';
import { requestValidator, type Log } from '@branchline/shared/node';
import type { Kysely } from 'kysely';
import type { TlsMaterial } from '../broker/index.ts';
import type { Tables } from '../database/index.ts';
import { findSound } from '../flows/index.ts';
import { answerErrors, replySerializer, type Api } from '../http/index.ts';
import { readRange, type ArtifactShelf } from './artifact-shelf.ts';
import type { CertificateRegister } from './certificates.ts';
import type { DeviceAuthority } from './device-authority.ts';
import { enrol } from './enrolment.ts';

export interface EdgeListenerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls: TlsMaterial;
  readonly db: Kysely<Tables>;
  readonly authority: DeviceAuthority;
  readonly certificates: CertificateRegister;
  readonly shelf: ArtifactShelf;
  /** Transport time. */
  readonly clock: Clock;
  readonly log: Log;
  readonly mqttUrl: () => string;
  /** A new certificate is in force; an older one of the same edge may be no longer. */
  readonly enrolled: (edge: string, replaced: number) => Promise<void>;
}

/** The HTTPS listener of the boxes. */
export interface EdgeListener {
  readonly port: number;
  /** Puts a new revocation list in force for the next handshakes. */
  renew(tls: TlsMaterial): void;
  close(): Promise<void>;
}

const ByVersion = closed({ name: Name, version: Type.Integer({ minimum: 1 }) });

/** Starts the listener: enrolment without a certificate, everything else with the box's own. */
export async function startEdgeListener(options: EdgeListenerOptions): Promise<EdgeListener> {
  const { tls, log } = options;
  const secure = { ...tls, minVersion: 'TLSv1.3' as const, requestCert: true, rejectUnauthorized: false };
  const api = fastify({
    https: secure,
    loggerInstance: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
  }) as unknown as Api;
  api.setValidatorCompiler(requestValidator);
  api.setSerializerCompiler(replySerializer);
  answerErrors(api);
  await api.register(rateLimit, { global: false });
  await api.register((inner, _options, done) => {
    mount(inner, options);
    done();
  });
  await api.listen({ host: options.host, port: options.port });
  // Fastify's type is that of a plain server; with `https` it is a TLS one.
  const server = api.server as unknown as TlsServer;
  return {
    port: (server.address() as AddressInfo).port,
    renew: (next) => server.setSecureContext({ ...next, minVersion: 'TLSv1.3' }),
    close: () => api.close(),
  };
}

function mount(api: Api, options: EdgeListenerOptions): void {
  const { db, authority, certificates, shelf, clock, log } = options;
  api.post(
    '/edge/v1/enrol',
    {
      schema: { body: EnrolRequest, response: { 201: EnrolResponse } },
      config: { open: true, rateLimit: { max: 30, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const { edge } = request.body;
      const issued = await enrol(db, authority, certificates, request.body, clock);
      await options.enrolled(edge, issued.replaced);
      log.info({ edge, serial: issued.serial }, 'an edge was enrolled');
      return reply.code(201).send({
        edge,
        certificate: issued.certificate,
        ca: authority.certificate,
        expiresAt: issued.expiresAt,
        mqttUrl: options.mqttUrl(),
      });
    },
  );
  api.post(
    '/edge/v1/desk-certificate',
    {
      schema: { body: DeskCertificateRequest, response: { 201: DeskCertificate } },
      config: { open: true, rateLimit: { max: 30, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const edge = demandCertificate(request, certificates);
      const { csr, hosts } = request.body;
      const { certificate, expiresAt, serial } = await authority.issueLocal(edge, csr, hosts);
      log.info({ edge, hosts, serial }, 'an edge has a certificate for its own network');
      return reply.code(201).send({ certificate, expiresAt });
    },
  );
  api.get(
    '/edge/v1/artifacts/:name/:version',
    { schema: { params: ByVersion }, config: { open: true } },
    async (request, reply) => {
      demandCertificate(request, certificates);
      const { name, version } = request.params;
      const { sha256, bytes } = await shelf.find(name, version);
      void reply
        .header('accept-ranges', 'bytes')
        .header('etag', `"${sha256}"`)
        .header('x-branchline-sha256', sha256)
        .header('cache-control', 'private, immutable')
        .type('application/octet-stream');
      const range = readRange(request.headers.range, bytes);
      if (range === 'unfit') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
      const { start, end } = range ?? { start: 0, end: bytes - 1 };
      if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes}`);
      void reply.header('content-length', end - start + 1);
      return reply.send(Readable.from(shelf.read(name, version, start, end)));
    },
  );
  api.get(
    '/edge/v1/recordings/:sha256',
    { schema: { params: closed({ sha256: Sha256 }) }, config: { open: true } },
    async (request, reply) => {
      demandCertificate(request, certificates);
      const wav = await findSound(db, request.params.sha256);
      return reply.type('audio/wav').header('cache-control', 'private, immutable').send(wav);
    },
  );
}

/** The edge whose certificate this request came with. @throws BranchlineError `BL_AUTH_REQUIRED`, `BL_UPLINK_REFUSED` */
function demandCertificate(request: FastifyRequest, certificates: CertificateRegister): string {
  const socket = request.raw.socket as TLSSocket;
  // Null once the socket is gone, which Node's types do not say.
  const certificate = socket.getPeerCertificate() as PeerCertificate | null;
  const edge: unknown = certificate?.subject?.CN;
  if (!socket.authorized || !certificate || typeof edge !== 'string')
    throw new BranchlineError('BL_AUTH_REQUIRED');
  if (!certificates.inForce(edge, certificate.serialNumber)) {
    throw new BranchlineError('BL_UPLINK_REFUSED', { edge, problem: 'its certificate is not in force' });
  }
  return edge;
}

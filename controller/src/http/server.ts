import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { BranchlineError, type Readiness } from '@branchline/shared';
import { requestValidator, type Log } from '@branchline/shared/node';
import { permits, type SignIn } from '../people/index.ts';
import { toErrorReply } from './api-errors.ts';
import type { Api, Routes } from './api.ts';
import type { Metrics } from './metrics.ts';
import { guardRoutes } from './principals.ts';
import { replySerializer } from './schema-compilers.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly log: Log;
  readonly signIn: SignIn;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  readonly routes: readonly Routes[];
  /** Folder with the built console; served when it is named and there. */
  readonly consoleFolder?: string;
  /** Believe `X-Forwarded-*`: only behind a proxy of one's own. */
  readonly trustProxy: boolean;
  /** Requests per minute and address. */
  readonly requestsPerMinute: number;
  /** Largest list that may be uploaded, bytes. */
  readonly uploadBytes: number;
}

/** A listening server. */
export interface HttpServer {
  readonly url: string;
  readonly api: Api;
  close(): Promise<void>;
}

/**
 * Answers with `ApiError`, whatever went wrong; logs what is our fault.
 * @param page answers addresses that belong to the console; returns undefined for all others
 */
export function answerErrors(
  api: Api,
  page?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined,
): void {
  api.setErrorHandler((error, request, reply) => {
    const { status, body, unexpected } = toErrorReply(error, request.id);
    if (unexpected) request.log.error({ err: error, requestId: request.id }, 'a request failed');
    return reply.code(status).type('application/json; charset=utf-8').send(body);
  });
  api.setNotFoundHandler((request, reply) => {
    const shown = page?.(request, reply);
    if (shown) return shown;
    const missing = new BranchlineError('BL_API_NOT_FOUND', {
      what: 'address',
      id: request.url.slice(0, 200),
    });
    const { status, body } = toErrorReply(missing, request.id);
    return reply.code(status).send(body);
  });
  const json = api.getDefaultJsonParser('error', 'error');
  api.removeContentTypeParser('application/json');
  api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Clients that always send the header also send it where there is nothing to say.
    if (text === '') return done(null, undefined);
    return json(request, text as string, (error, value) =>
      error
        ? done(
            new BranchlineError('BL_API_INVALID', { place: '(the body)', problem: 'it is not JSON' }, error),
          )
        : done(null, value),
    );
  });
}

/** Answers what fails before there is a route: an address that cannot be read or is too long. */
export function answerUnreadable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = toErrorReply(error, request.id);
  void reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** Builds the app with all its routes; `ready()` and `inject()` work without listening. */
export async function buildApi(options: HttpOptions): Promise<Api> {
  const { log, metrics, signIn } = options;
  const api: Api = fastify({
    loggerInstance: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy,
    frameworkErrors: answerUnreadable,
    bodyLimit: 1024 * 1024,
    // A client that opens a request and never ends it must not hold a socket for ever; uploads have their own limit.
    connectionTimeout: 0,
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Api;
  api.setValidatorCompiler(requestValidator);
  api.setSerializerCompiler(replySerializer);
  const pages = options.consoleFolder !== undefined && existsSync(options.consoleFolder);
  answerErrors(api, pages ? consolePage : undefined);
  api.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  await api.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // antd writes its styles at run time; scripts come only from files.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        // Development and branches without a certificate of their own use plain HTTP.
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  await api.register(cookie);
  await api.register(rateLimit, { global: true, max: options.requestsPerMinute, timeWindow: 60_000 });
  await api.register(multipart, {
    throwFileSizeLimit: false,
    limits: {
      files: 1,
      fields: 5,
      parts: 6,
      fieldSize: 64 * 1024,
      fileSize: options.uploadBytes,
      headerPairs: 50,
    },
  });
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Branchline controller', version: '1', description: 'API of the call center.' },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'branchline_session' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
  });
  if (pages) await serveConsole(api, options.consoleFolder);
  await api.register(async (scope) => {
    const guarded = scope as unknown as Api;
    guardRoutes(guarded, signIn);
    registerSystemRoutes(guarded, options);
    await guarded.register(
      (inner, _opts, done) => {
        for (const routes of options.routes) routes(inner);
        done();
      },
      { prefix: '/api/v1' },
    );
  });
  await api.ready();
  return api;
}

/** Starts the server. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const api = await buildApi(options);
  await api.listen({ host: options.host, port: options.port });
  const { port } = api.server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  return { url: `http://${host}:${port}`, api, close: () => api.close() };
}

function registerSystemRoutes(api: Api, options: HttpOptions): void {
  const hide = { hide: true } as const;
  const free = { rateLimit: false, open: true } as const;
  api.get('/healthz', { schema: hide, config: free }, () => ({ ok: true }));
  api.get('/readyz', { schema: hide, config: free }, async (_request, reply) => {
    const readiness = await options.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  api.get('/openapi.json', { schema: hide, config: { open: true } }, () => api.swagger());
  api.get('/metrics', { schema: hide, config: free }, async (request, reply) => {
    // The scraper on this machine needs no account; from elsewhere it brings a token.
    const here = request.ip === '127.0.0.1' || request.ip === '::1' || request.ip === '::ffff:127.0.0.1';
    if (!here && !(request.principal && permits(request.principal.grants, 'metrics.read'))) {
      throw new BranchlineError(request.principal ? 'BL_AUTH_FORBIDDEN' : 'BL_AUTH_REQUIRED', {
        action: 'metrics.read',
      });
    }
    return reply.type(options.metrics.contentType).send(await options.metrics.text());
  });
}

async function serveConsole(api: Api, folder: string): Promise<void> {
  await api.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Vite puts a hash into the names of its assets, so they never change.
      const forever = path.includes('/assets/');
      void reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** The console's own addresses are answered with its one page; it knows the rest. */
function consolePage(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const path = request.url.split('?')[0] ?? '';
  const its = request.method === 'GET' && !/^\/(?:api|edge)(?:\/|$)/.test(path) && !/\.\w{1,8}$/.test(path);
  return its ? reply.sendFile('index.html') : undefined;
}

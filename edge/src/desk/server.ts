import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import Type from 'typebox';
import {
  BranchlineError,
  closed,
  DeskAct,
  DeskSignIn,
  Id,
  longestQuestion,
  type DeskAct as Act,
  type DeskSignIn as SignIn,
  type DeskSoftphone,
  type DeskView,
} from '@branchline/shared';
import { requestValidator, toErrorReply, type Log } from '@branchline/shared/node';
import type { ServerTls } from '../identity/index.ts';
import type { PhoneBook } from '../phones/index.ts';
import type { DeskFloor } from './desk-floor.ts';
import { sessionMs, type DeskSession, type DeskSessions } from './sessions.ts';
import type { DeskStage } from './stage.ts';
import type { Training } from './training/training.ts';
import { refuse } from '../refuse.ts';

export interface DeskServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly tls: ServerTls;
  /** The installation's authority, for the branch's PCs to trust. */
  readonly caFile: string;
  /** Folder with the built page; without it only the API is there. */
  readonly pageFolder: string;
  readonly floor: DeskFloor;
  /** For those who signed in for it. */
  readonly training: Training;
  readonly sessions: DeskSessions;
  readonly phones: PhoneBook;
  /** Where a page that is its agent's phone connects to, on this host. */
  readonly webSocketPort: number;
  /** What the page of a signed-in agent needs to be their phone. @throws BranchlineError `BL_DESK_REFUSED` */
  readonly softphone: (agent: string) => Promise<DeskSoftphone>;
  /** Agents whose own pages look are others than before. */
  readonly onLookers: (agents: ReadonlySet<string>) => void;
  /** Business time. */
  readonly now: () => number;
  readonly log: Log;
}

export interface DeskServer {
  readonly port: number;
  /** Whoever looks is told what has changed. */
  tell(): void;
  close(): Promise<void>;
}

const cookieName = 'branchline_desk';
/** A page that looks is told at least so often that all is well, ms. */
const beatMs = 10_000;
/** Pages that may look at once, more than a branch has agents. */
const mostLookers = 1000;
/** Bytes that may wait for one page; a slower one is let go and comes back by itself. */
const mostWaiting = 1024 * 1024;

interface Looker {
  readonly session: DeskSession;
  readonly signedIn: () => boolean;
  readonly response: ServerResponse;
  told: string;
}

/** The agents' page over HTTPS on the branch's own network, with or without the center. */
export async function startDeskServer(options: DeskServerOptions): Promise<DeskServer> {
  const { floor, sessions, log, pageFolder } = options;
  const api = fastify({
    https: { ...options.tls, minVersion: 'TLSv1.2' },
    loggerInstance: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
    genReqId: () => randomUUID(),
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  api.setValidatorCompiler(requestValidator);
  api.setErrorHandler((error, request, reply) => {
    const { status, body, unexpected } = toErrorReply(error, request.id);
    if (unexpected) request.log.error({ err: error }, 'a request of the desk page failed');
    if (body.code === 'BL_DESK_ELSEWHERE')
      log.warn({ address: request.ip, problem: body.message }, 'a session was shown from another machine');
    return reply.code(status).send(body);
  });
  await api.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'", `wss://*:${options.webSocketPort}`],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  await api.register(cookie);
  await api.register(rateLimit, { global: true, max: 600, timeWindow: 60_000 });

  const lookers = new Set<Looker>();
  const tellLookers = (): void =>
    options.onLookers(
      new Set([...lookers].flatMap(({ session }) => (session.training ? [] : [session.agent]))),
    );
  const tellOne = (looker: Looker): void => {
    const text = textOf(stageOf(looker.session), looker.session.agent);
    if (text === undefined) return void looker.response.end();
    const { at: _at, ...state } = JSON.parse(text) as { at: number };
    const told = JSON.stringify(state);
    if (told === looker.told) return;
    if (looker.response.writableLength > mostWaiting) return void looker.response.destroy();
    looker.told = told;
    looker.response.write(`event: view\ndata: ${text}\n\n`);
  };
  const sessionOf = (request: FastifyRequest): DeskSession =>
    sessions.sessionOf(request.cookies[cookieName], request.ip);
  const stageOf = ({ training }: DeskSession): DeskStage => (training ? options.training : floor);
  const viewOf = (session: DeskSession): DeskView => stageOf(session).view(session.agent);

  api.get('/ca.pem', async (_request, reply) =>
    reply.type('application/x-pem-file').send(await readFile(options.caFile)),
  );
  api.get<{ Params: { folder: string; name: string } }>('/p/:folder/:name', async (request, reply) => {
    const { folder, name } = request.params;
    const asker = { address: request.ip, agent: (request.headers['user-agent'] ?? '').slice(0, 200) };
    const { type, text } = await options.phones.file(folder, name, asker, options.now());
    return reply.type(type).header('cache-control', 'no-store').send(text);
  });
  api.get('/desk/v1/people', () => floor.people());
  api.post<{ Body: SignIn }>('/desk/v1/session', { schema: { body: DeskSignIn } }, (request, reply) => {
    const { agent, training } = request.body;
    const note = signIn(sessions, request.body, request, log);
    if (training) {
      if (floor.isAtWork(agent)) refuse('stop work before the training');
      options.training.begin(agent);
    }
    return reply
      .setCookie(cookieName, note, {
        path: '/',
        httpOnly: true,
        secure: true,
        sameSite: 'strict',
        maxAge: sessionMs / 1000,
      })
      .code(201)
      .send(viewOf({ agent, ...(training && { training }) }));
  });
  api.delete('/desk/v1/session', (request, reply) => {
    sessions.signOut(request.cookies[cookieName]);
    return reply.clearCookie(cookieName, { path: '/' }).code(204).send();
  });
  api.get('/desk/v1/view', (request) => viewOf(sessionOf(request)));
  api.get('/desk/v1/softphone', async (request, reply) => {
    const { agent, training } = sessionOf(request);
    if (training) refuse('this is not part of the training');
    return reply.header('cache-control', 'no-store').send(await options.softphone(agent));
  });
  api.post<{ Body: Act }>('/desk/v1/acts', { schema: { body: DeskAct } }, async (request) => {
    const session = sessionOf(request);
    await stageOf(session).act(session.agent, request.body);
    return viewOf(session);
  });
  api.get<{ Querystring: { q: string } }>(
    '/desk/v1/knowledge',
    { schema: { querystring: closed({ q: Type.String({ minLength: 1, maxLength: longestQuestion }) }) } },
    (request) => floor.search(sessionOf(request).agent, request.query.q),
  );
  api.get<{ Params: { id: string } }>(
    '/desk/v1/knowledge/:id',
    { schema: { params: closed({ id: Id }) } },
    (request) => {
      sessionOf(request);
      return floor.article(request.params.id);
    },
  );
  api.get<{ Params: { call: string } }>(
    '/desk/v1/voicemails/:call/sound',
    { schema: { params: closed({ call: Id }) } },
    (request, reply) => {
      const { agent, training } = sessionOf(request);
      if (training) refuse('this is not part of the training');
      const file = floor.voicemails.listen(agent, request.params.call, request.method === 'GET');
      reply.header('cache-control', 'no-store');
      return reply.sendFile(basename(file), dirname(file), { cacheControl: false });
    },
  );
  api.get('/desk/v1/feed', (request, reply) => {
    const session = sessionOf(request);
    const signedIn = (): boolean => {
      try {
        return sessionOf(request).agent === session.agent;
      } catch {
        return false;
      }
    };
    if (lookers.size >= mostLookers) throw new BranchlineError('BL_API_BUSY');
    reply.hijack();
    const looker: Looker = { session, signedIn, response: reply.raw, told: '' };
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    reply.raw.write('retry: 1000\n\n');
    const leave = (): void => {
      if (lookers.delete(looker)) tellLookers();
    };
    reply.raw.on('close', leave);
    reply.raw.on('error', leave);
    lookers.add(looker);
    tellLookers();
    tellOne(looker);
  });
  // Gives `sendFile`, with ranges, whether or not the page is built.
  await api.register(fastifyStatic, { serve: false });
  if (existsSync(pageFolder)) await servePage(api, pageFolder);
  else api.setNotFoundHandler((request) => notFound(request));

  const beat = setInterval(() => {
    for (const { response, signedIn } of lookers) {
      if (signedIn()) response.write('event: beat\ndata: {}\n\n');
      else response.end();
    }
  }, beatMs);
  tellLookers();
  await api.listen({ host: options.host, port: options.port });
  let planned = false;
  return {
    port: (api.server.address() as AddressInfo).port,
    tell() {
      if (planned) return;
      planned = true;
      setImmediate(() => {
        planned = false;
        for (const looker of lookers) tellOne(looker);
      });
    },
    async close() {
      clearInterval(beat);
      for (const { response } of lookers) response.end();
      await api.close();
    },
  };
}

function signIn(
  sessions: DeskSessions,
  { agent, pin, training }: SignIn,
  request: FastifyRequest,
  log: Log,
): string {
  try {
    return sessions.signIn(agent, pin, request.ip, training);
  } catch (error) {
    log.warn(
      { agent, address: request.ip, problem: String(error) },
      'somebody could not sign in at the desk page',
    );
    throw error;
  }
}

function textOf(stage: DeskStage, agent: string): string | undefined {
  try {
    return JSON.stringify(stage.view(agent));
  } catch {
    return undefined;
  }
}

function notFound(request: FastifyRequest): never {
  throw new BranchlineError('BL_API_NOT_FOUND', { what: 'address', id: request.url.slice(0, 200) });
}

/** The page's own files; every other address of the page is the page. */
async function servePage(api: FastifyInstance, folder: string): Promise<void> {
  await api.register(fastifyStatic, {
    root: folder,
    decorateReply: false,
    setHeaders: (response, path) =>
      void response.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  });
  api.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const page =
      request.method === 'GET' &&
      !request.url.startsWith('/desk/v1/') &&
      !request.url.startsWith('/p/') &&
      !request.url.startsWith('/assets/');
    if (!page) return notFound(request);
    reply.header('cache-control', 'no-cache');
    return reply.sendFile('index.html', folder, { cacheControl: false });
  });
}

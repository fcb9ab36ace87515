import { chmod, mkdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { BranchlineError, errorCatalogue, problemOf } from '@branchline/shared';
import { doorPath, type DoorPhones, type DoorStatus, type TestCallResult } from './status.ts';

export interface DoorOptions {
  readonly home: string;
  readonly status: () => Promise<DoorStatus>;
  /** Where desk phones find their settings. */
  readonly phones: () => DoorPhones;
  /** @throws BranchlineError `BL_API_NOT_FOUND` */
  readonly drain: (line: string, drained: boolean) => void;
  /** Calls a number over one line and listens for our own tone. @throws BranchlineError */
  readonly testCall: (line: string, number: string) => Promise<TestCallResult>;
}

/** The open door. As long as it is open nobody else drives the devices of this home. */
export interface Door {
  close(): Promise<void>;
}

const number = /^\+?[0-9]{2,20}$/;

/**
 * Opens the door of a running edge for programs on the box: `GET /status`, `GET /phones`, `POST /lines/<id>/drain|resume`,
 * `POST /lines/<id>/test-call?number=…`. The socket belongs to the edge's own account and nobody else may open it.
 * @throws BranchlineError `BL_EDGE_RUNNING` when somebody stands behind it already
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { home } = options;
  const path = doorPath(home);
  if (await isHeld(home)) throw new BranchlineError('BL_EDGE_RUNNING', { home });
  // One that was killed leaves its socket behind.
  await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  const server = createServer((request, response) => {
    answer(options, request).then(
      (body) => say(response, 200, body),
      (error: unknown) => {
        const { code, advice } =
          error instanceof BranchlineError ? error : { code: 'BL_API_FAILED', advice: '' };
        const status = error instanceof BranchlineError ? errorCatalogue[error.code].status : 500;
        say(response, status, { code, message: problemOf(error), advice });
      },
    );
  });
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return {
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether a process stands behind the door of a home, answering or not: the kernel refuses a connection to one that is gone. */
export function isHeld(home: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(doorPath(home));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      // It is full: somebody is there and does not get round to it.
      else if (error.code === 'EAGAIN') resolve(true);
      else if (error.code === 'EACCES')
        reject(
          new BranchlineError('BL_CONFIG_UNREADABLE', { file: doorPath(home), problem: 'EACCES' }, error),
        );
      else reject(new BranchlineError('BL_EDGE_SILENT', { home, problem: problemOf(error) }, error));
    });
  });
}

async function answer(options: DoorOptions, request: IncomingMessage): Promise<unknown> {
  request.resume();
  const address = request.url ?? '/';
  if (!URL.canParse(address, 'http://edge'))
    throw new BranchlineError('BL_API_NOT_FOUND', { what: 'door', id: address.slice(0, 80) });
  const url = new URL(address, 'http://edge');
  if (request.method === 'GET' && url.pathname === '/status') return options.status();
  if (request.method === 'GET' && url.pathname === '/phones') return options.phones();
  const [, line, order] = /^\/lines\/([a-z0-9-]{1,40})\/(drain|resume|test-call)$/.exec(url.pathname) ?? [];
  if (request.method !== 'POST' || line === undefined)
    throw new BranchlineError('BL_API_NOT_FOUND', { what: 'door', id: url.pathname.slice(0, 80) });
  if (order !== 'test-call') {
    options.drain(line, order === 'drain');
    return {};
  }
  const wanted = url.searchParams.get('number') ?? '';
  if (!number.test(wanted))
    throw new BranchlineError('BL_API_INVALID', {
      place: 'number',
      problem: `"${wanted.slice(0, 40)}" is no number`,
    });
  return options.testCall(line, wanted);
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

import { chmod, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { BranchlineError, problemOf } from '@branchline/shared';
import { doorPath, type DoorStatus, type TestCallResult } from './status.ts';

export interface DoorOptions {
  readonly home: string;
  readonly status: () => Promise<DoorStatus>;
  /** @throws BranchlineError `BL_API_NOT_FOUND` */
  readonly drain: (line: string, drained: boolean) => void;
  /** Calls a number over one line and listens for our own tone. @throws BranchlineError */
  readonly testCall: (line: string, number: string) => Promise<TestCallResult>;
}

/** The open door. */
export interface Door {
  close(): Promise<void>;
}

const number = /^\+?[0-9]{2,20}$/;

/**
 * Opens the door of a running edge for programs on the box: `GET /status`, `POST /lines/<id>/drain|resume`,
 * `POST /lines/<id>/test-call?number=…`. The socket belongs to the edge's own account and nobody else may open it.
 */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const path = doorPath(options.home);
  // One that was killed leaves its socket behind.
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    answer(options, request).then(
      (body) => say(response, 200, body),
      (error: unknown) => {
        const { code, advice } =
          error instanceof BranchlineError ? error : { code: 'BL_API_FAILED', advice: '' };
        const status = code === 'BL_API_NOT_FOUND' ? 404 : code === 'BL_API_INVALID' ? 400 : 500;
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

async function answer(options: DoorOptions, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://edge');
  request.resume();
  if (request.method === 'GET' && url.pathname === '/status') return options.status();
  const [, line, order] = /^\/lines\/([a-z0-9-]{1,40})\/(drain|resume|test-call)$/.exec(url.pathname) ?? [];
  if (request.method !== 'POST' || line === undefined)
    throw new BranchlineError('BL_API_NOT_FOUND', { what: 'door', id: url.pathname });
  if (order !== 'test-call') {
    options.drain(line, order === 'drain');
    return {};
  }
  const wanted = url.searchParams.get('number') ?? '';
  if (!number.test(wanted))
    throw new BranchlineError('BL_API_INVALID', { place: 'number', problem: `"${wanted}" is no number` });
  return options.testCall(line, wanted);
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

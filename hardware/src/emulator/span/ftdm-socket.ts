import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { BranchlineError } from '@branchline/shared';
import type { FreeTdm } from '../../span/index.ts';
import { eachLine } from '../lines.ts';
import type { SpanBox, TrapHeaders } from './span-box.ts';

/** One line each way: a command, and `{"reply":…}`; `{"trap":[[header,value],…]}` comes between the replies. */
type SocketLine = { readonly reply: string } | { readonly trap: TrapHeaders };

/** Longest command that is read. */
const longestLine = 4_000;

/** Lets the FreeTDM of an emulated box be asked from another process. @throws when the path cannot be listened on */
export async function serveFtdm(path: string, box: SpanBox): Promise<{ stop(): Promise<void> }> {
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const say = (socket: Socket, line: SocketLine): void => void socket.write(`${JSON.stringify(line)}\n`);
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    eachLine(socket, (line) => {
      if (line.length > longestLine) socket.destroy();
      else void box.api(line).then((reply) => say(socket, { reply }));
    });
  });
  const forget = box.onTrap((trap) => sockets.forEach((socket) => say(socket, { trap })));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    stop() {
      forget();
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An emulated FreeTDM as a switch has it: commands, and its `TRAP` events. */
export interface FtdmLink extends FreeTdm {
  onTrap(listener: (headers: TrapHeaders) => void): () => void;
  close(): void;
}

/** Reaches the FreeTDM that `serveFtdm` serves. @throws when nobody listens there */
export async function connectFtdm(path: string): Promise<FtdmLink> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  const waiting: { resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];
  const listeners = new Set<(headers: TrapHeaders) => void>();
  let lost: Error | undefined;
  socket.on('close', () => {
    lost = new BranchlineError('BL_PORT_CLOSED', { port: path, problem: 'the emulator is gone' });
    for (const { reject } of waiting.splice(0)) reject(lost);
  });
  eachLine(socket, (text) => {
    const line = readLine(text);
    if (!line) return;
    if ('trap' in line) for (const listener of listeners) listener(line.trap);
    else waiting.shift()?.resolve(line.reply);
  });
  return {
    api: (command) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        waiting.push({ resolve, reject });
        socket.write(`${command.replaceAll(/[\r\n]/g, ' ')}\n`);
      }),
    onTrap(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.destroy(),
  };
}

function readLine(text: string): SocketLine | undefined {
  try {
    return JSON.parse(text) as SocketLine;
  } catch {
    return undefined;
  }
}

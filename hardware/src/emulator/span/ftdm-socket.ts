import { rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { BranchlineError } from '@branchline/shared';
import type { CallSide } from '../world/index.ts';
import { eachLine } from '../lines.ts';
import type { SeizedChannel } from './hunting.ts';
import type { SpanBox, SpanSwitch, TrapHeaders } from './span-box.ts';

/** What comes back: the answer to a command, an event, or how a call goes on. */
type SocketLine =
  | { readonly command: string; readonly reply: string }
  | { readonly trap: TrapHeaders }
  | { readonly session: string; readonly call: keyof CallSide; readonly cause: number };

/** Longest command that is read. */
const longestLine = 4_000;
/** Q.850: whoever had the call is gone. */
const lost = 41;

/**
 * Lets a switch in another process use the spans of an emulated box. It says `ftdm …`, `dial <session> <span> <channel> <number> <from>`
 * and `hangup <session> <cause>`, a line each; commands are answered with `{command,reply}`, events come between the answers.
 * @throws when the path cannot be listened on
 */
export async function serveFtdm(path: string, box: SpanBox): Promise<{ stop(): Promise<void> }> {
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const calls = new Map<string, SeizedChannel>();
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      for (const call of calls.values()) call.hangUp(lost);
    });
    eachLine(socket, (line) => {
      if (line.length > longestLine) socket.destroy();
      else void obey(box, calls, line, (answer) => say(socket, answer));
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

function say(socket: Socket, line: SocketLine): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(line)}\n`);
}

async function obey(
  box: SpanBox,
  calls: Map<string, SeizedChannel>,
  command: string,
  answer: (line: SocketLine) => void,
): Promise<void> {
  const [verb, session = '', ...rest] = command.split(' ');
  if (verb === 'hangup') return calls.get(session)?.hangUp(Number(rest[0]));
  if (verb !== 'dial') return answer({ command, reply: await box.api(command) });
  const [span = '', channel = '', number = '', from = ''] = rest;
  const tell = (call: keyof CallSide, cause = 0): void => answer({ session, call, cause });
  const side: CallSide = {
    alerting: () => tell('alerting'),
    answered: () => tell('answered'),
    released: (cause) => {
      calls.delete(session);
      tell('released', cause);
    },
  };
  const found = await box.dial({ span, channel, number, from, session, side });
  if (typeof found !== 'number') calls.set(session, found);
  answer({
    command,
    reply:
      typeof found === 'number' ? `-ERR ${found}` : `+OK ${found.spanNumber} ${found.channel} ${found.span}`,
  });
}

/** The spans of an emulated box in another process. */
export interface FtdmLink extends SpanSwitch {
  close(): void;
}

/** Reaches what `serveFtdm` serves. @throws when nobody listens there */
export async function connectFtdm(path: string): Promise<FtdmLink> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  const waiting: { command: string; resolve: (reply: string) => void; reject: (error: Error) => void }[] = [];
  const listeners = new Set<(headers: TrapHeaders) => void>();
  const sides = new Map<string, CallSide>();
  let gone: Error | undefined;
  socket.on('close', () => {
    gone = new BranchlineError('BL_PORT_CLOSED', { port: path, problem: 'the emulator is gone' });
    for (const { reject } of waiting.splice(0)) reject(gone);
    for (const side of sides.values()) side.released(lost);
  });
  const onCall = ({ session, call, cause }: Extract<SocketLine, { session: string }>): void => {
    const side = sides.get(session);
    if (call === 'released') sides.delete(session);
    side?.[call](cause);
  };
  eachLine(socket, (text) => {
    const line = readLine(text);
    if (!line) return;
    if ('trap' in line) for (const listener of listeners) listener(line.trap);
    // Whoever dialed must have seen the answer before the first news of the call.
    else if ('session' in line) setImmediate(() => onCall(line));
    else {
      // A command that was never answered does not shift the answers of those after it.
      const i = waiting.findIndex(({ command }) => command === line.command);
      if (i >= 0) waiting.splice(i, 1)[0]!.resolve(line.reply);
    }
  });
  const send = (command: string): void => void socket.write(`${command}\n`);
  const ask = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      const command = text.replaceAll(/[\r\n]/g, ' ');
      waiting.push({ command, resolve, reject });
      send(command);
    });
  return {
    api: ask,
    async dial({ span, channel, number, from, session, side }) {
      sides.set(session, side);
      const reply = await ask(`dial ${[session, span, channel, number, from].map(word).join(' ')}`);
      const [, spanNumber = '', slot = '', name = ''] = /^\+OK (\d+) (\d+) (\S+)$/.exec(reply) ?? [];
      if (name !== '')
        return {
          span: name,
          spanNumber: Number(spanNumber),
          channel: Number(slot),
          hangUp: (cause) => send(`hangup ${word(session)} ${cause}`),
        };
      sides.delete(session);
      return Number(/^-ERR (\d+)$/.exec(reply)?.[1] ?? lost);
    },
    onTrap(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.destroy(),
  };
}

/** Words of a command stand between single blanks. */
function word(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function readLine(text: string): SocketLine | undefined {
  try {
    return JSON.parse(text) as SocketLine;
  } catch {
    return undefined;
  }
}

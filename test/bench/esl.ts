import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { EventSocket, readEvent } from '@branchline/edge/switch';
import { benchLine, type BenchLine } from './bench-line.ts';

const transcript = join(import.meta.dirname, '../fixtures/esl/answered-call.json.raw');
const rounds = 5;
const eventsPerRound = 20_000;

interface BareConnection {
  on(event: string, listener: (event: { getHeader(name: string): string }) => void): void;
  disconnect(): void;
}
interface BareModesl {
  Connection: new (host: string, port: number, password: string, ready: () => void) => BareConnection;
}
// The library as it comes, without our declaration of the part that we use.
const bare = createRequire(import.meta.url)('modesl') as BareModesl;

/** The JSON event frames of a recorded call. */
function recordedEvents(): Buffer[] {
  const bytes = readFileSync(transcript);
  const frames: Buffer[] = [];
  for (let at = bytes.indexOf('Content-Length:'); at >= 0;) {
    const head = bytes.indexOf('\n\n', at);
    const length = Number(/Content-Length: (\d+)/.exec(bytes.toString('latin1', at, head))?.[1]);
    frames.push(bytes.subarray(at, head + 2 + length));
    at = bytes.indexOf('Content-Length:', head + 2 + length);
  }
  return frames.filter((frame) => frame.includes('text/event-json'));
}

/** A FreeSWITCH that greets, accepts everything and then sends the recorded events as fast as they are read. */
async function peer(): Promise<{ port: number; server: Server; send: () => void }> {
  const frames = recordedEvents();
  const block = Buffer.concat(Array.from({ length: 200 }, (_, i) => frames[i % frames.length]!));
  let client: Socket | undefined;
  const server = createServer((socket) => {
    client = socket;
    socket.on('error', () => undefined);
    socket.write('Content-Type: auth/request\n\n');
    socket.on('data', (chunk) => {
      for (let i = chunk.toString().split('\n\n').length - 1; i > 0; i--)
        socket.write('Content-Type: command/reply\nReply-Text: +OK accepted\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const send = (): void => {
    let left = eventsPerRound / 200;
    const more = (): void => {
      while (left-- > 0) if (!client!.write(block)) return void client!.once('drain', more);
    };
    more();
  };
  return { port: (server.address() as AddressInfo).port, server, send };
}

async function ours(): Promise<number> {
  const { port, server, send } = await peer();
  let count = 0;
  let understood = 0;
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => (done = resolve));
  const socket = await EventSocket.open({
    host: '127.0.0.1',
    port,
    password: 'x',
    replyTimeoutMs: 5000,
    onClose: () => undefined,
    onEvent: (event) => {
      if (readEvent(event)) understood++;
      if (++count === eventsPerRound) done();
    },
  });
  const started = performance.now();
  send();
  await all;
  const seconds = (performance.now() - started) / 1000;
  socket.close();
  server.close();
  if (understood === 0) throw new Error('no event of the recording was understood');
  return count / seconds;
}

async function bareModesl(): Promise<number> {
  const { port, server, send } = await peer();
  let count = 0;
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => (done = resolve));
  const connection = await new Promise<BareConnection>((resolve) => {
    const made: BareConnection = new bare.Connection('127.0.0.1', port, 'x', () => resolve(made));
  });
  connection.on('esl::event::**', (event) => {
    if (event.getHeader('Event-Name') && ++count === eventsPerRound) done();
  });
  const started = performance.now();
  send();
  await all;
  const seconds = (performance.now() - started) / 1000;
  connection.disconnect();
  server.close();
  return count / seconds;
}

/** Events a second through our layer (frames, typed events) against bare modesl (its own events), in turns. */
export async function run(): Promise<BenchLine[]> {
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    mine.push(await ours());
    theirs.push(await bareModesl());
  }
  const median = (values: number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return [benchLine('esl', median(mine), median(theirs), 'events/s')];
}

import { createServer, type Server, type Socket } from 'node:net';

/** Something that FreeSWITCH would never say, and when it is said. */
export interface Garbage {
  readonly name: string;
  /** Instead of the greeting, instead of the answer to each `api` command, or among the events. */
  readonly when: 'greeting' | 'api' | 'event';
  readonly bytes: Buffer;
}

/** How long the edge may make of it what it can before the impostor hangs up, real ms. */
const lingerMs = 500;

/**
 * A server on the event socket's port that behaves well until its client trusts it, and then says something from a list: each
 * session gets the next entry.
 */
export class SwitchImpostor {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #garbage: readonly Garbage[];
  #said = 0;

  private constructor(garbage: readonly Garbage[]) {
    this.#garbage = garbage;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(port: number, garbage: readonly Garbage[]): Promise<SwitchImpostor> {
    const impostor = new SwitchImpostor(garbage);
    await new Promise<void>((resolve, reject) => {
      impostor.#server.once('error', reject);
      impostor.#server.listen(port, '127.0.0.1', resolve);
    });
    return impostor;
  }

  /** Entries of the list that were said. */
  get said(): number {
    return this.#said;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    const next = this.#garbage[this.#said];
    if (next?.when === 'greeting') {
      this.#say(socket, next);
      return;
    }
    socket.write('Content-Type: auth/request\n\n');
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#answer(socket, text.slice(0, end));
        text = text.slice(end + 2);
      }
    });
  }

  #answer(socket: Socket, command: string): void {
    if (socket.destroyed) return;
    const garbage = this.#garbage[this.#said];
    if (command.startsWith('api ')) {
      const asked = command.includes('core_uuid');
      const body = garbage?.when === 'api' && !asked ? garbage.bytes : Buffer.from('0e7b3a52-impostor');
      if (garbage?.when === 'api' && !asked) this.#hangUpSoon(garbage);
      socket.write(`Content-Type: api/response\nContent-Length: ${body.length}\n\n`);
      socket.write(body);
      return;
    }
    socket.write('Content-Type: command/reply\nReply-Text: +OK accepted\n\n');
    if (command.startsWith('event ') && garbage?.when === 'event')
      setTimeout(() => this.#say(socket, garbage), 100);
  }

  #say(socket: Socket, garbage: Garbage): void {
    if (socket.destroyed) return;
    socket.write(garbage.bytes);
    this.#hangUpSoon(garbage);
  }

  /** Ends the session, both of its connections; the next one gets the next entry. */
  #hangUpSoon(garbage: Garbage): void {
    if (this.#garbage[this.#said] !== garbage) return;
    this.#said++;
    setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, lingerMs);
  }
}

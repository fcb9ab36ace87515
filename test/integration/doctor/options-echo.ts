import { once } from 'node:events';
import { createSocket, type Socket } from 'node:dgram';

/** A carrier that answers OPTIONS and nothing else. */
export class OptionsEcho {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async start(): Promise<OptionsEcho> {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, from) => {
      const [first = '', ...headers] = bytes.toString('latin1').split('\r\n');
      if (!first.startsWith('OPTIONS ')) return;
      const same = headers.filter((header) => /^(?:Via|From|To|Call-ID|CSeq):/.test(header));
      const answer = ['SIP/2.0 200 OK', ...same, 'Content-Length: 0', '', ''].join('\r\n');
      socket.send(answer, from.port, from.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new OptionsEcho(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * The cable between the branches and the center: passes TCP on until it is cut. A cut cable is silent, nobody is told that
 * a connection is gone; connections that are tried meanwhile hang.
 */
export class LinkProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<readonly [near: Socket, far: Socket]>();
  readonly #hanging = new Set<Socket>();
  #cut = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @param target port on loopback to which everything is passed on */
  static async start(target: number): Promise<LinkProxy> {
    const proxy = new LinkProxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#cut = true;
    for (const pair of this.#pairs) {
      for (const socket of pair) {
        socket.unpipe();
        socket.pause();
      }
    }
  }

  /** The cable is whole again. Connections from before are reset, as a far end does with what it has forgotten. */
  restore(): void {
    this.#cut = false;
    this.#dropAll();
  }

  async stop(): Promise<void> {
    this.#dropAll();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #dropAll(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    for (const socket of this.#hanging) socket.destroy();
    this.#pairs.clear();
    this.#hanging.clear();
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy());
    if (this.#cut) {
      this.#hanging.add(near);
      near.once('close', () => this.#hanging.delete(near));
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    far.on('error', () => far.destroy());
    for (const [one, other] of [pair, [far, near] as const]) {
      one.pipe(other);
      one.once('close', () => {
        // Behind a cut nobody hears of an end.
        if (this.#cut) return;
        other.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}

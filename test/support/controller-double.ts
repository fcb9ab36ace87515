import { createServer, type Server } from 'node:net';
import { Aedes, type Client } from 'aedes';
import {
  controllerTopic,
  decodePayload,
  encodePayload,
  idSource,
  findProblem,
  parseTopic,
  streamRows,
  topicOf,
  type ChannelName,
  type Clock,
  type Payload,
  type StreamName,
  type StreamRow,
} from '@branchline/shared';

type Down = 'ack' | 'lease' | 'revoke' | 'desired' | 'command' | 'answer' | 'guest';

/**
 * The controller's side of the contract on a real broker, without its stores: takes every message through the contract's
 * validators, acknowledges outbox batches in order and keeps their rows. For tests of the edge alone.
 */
export class ControllerDouble {
  readonly epoch = idSource()();
  readonly #clock: Clock;
  readonly #received: { channel: ChannelName; payload: unknown }[] = [];
  readonly #rows = new Map<string, Map<number, unknown>>();
  readonly #problems: string[] = [];
  /** While true, batches are taken and neither stored nor acknowledged. */
  deaf = false;
  /** What it says to an edge's question; undefined: nothing. */
  answer: (question: Payload<'ask'>['question']) => Payload<'answer'>['answer'] | undefined = () => undefined;
  #broker: Aedes | undefined;
  #server: Server | undefined;
  port = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async start(port = this.port): Promise<void> {
    const broker = await Aedes.createBroker({ drainTimeout: 2000, maxClientsIdLength: 64 });
    this.#broker = broker;
    broker.on('publish', (packet, client: Client | null) => {
      if (client) this.#onMessage(packet.topic, packet.payload as Buffer);
    });
    const server = createServer((socket) => broker.handle(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as { port: number }).port;
  }

  /** Says that it is there and what time it is. */
  async #announce(): Promise<void> {
    const state = { online: true, epoch: this.epoch, at: this.#clock.now() };
    await this.#publish(controllerTopic, encodePayload('controller', controllerTopic, state), true);
  }

  /** The cable is cut: every connection drops and none can be made. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => (this.#broker ? this.#broker.close(() => resolve()) : resolve()));
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  async send<C extends Down>(edge: string, channel: C, payload: Payload<C>): Promise<void> {
    const topic = topicOf(channel, edge);
    await this.#publish(topic, encodePayload(channel, topic, payload), channel === 'desired');
  }

  /** Sends bytes as they are, for bad input. */
  sendRaw(topic: string, bytes: string | Buffer): Promise<void> {
    return this.#publish(topic, bytes, false);
  }

  /** Payloads of a channel in the order of their arrival. */
  received<C extends ChannelName>(channel: C): Payload<C>[] {
    return this.#received
      .filter((each) => each.channel === channel)
      .map(({ payload }) => payload as Payload<C>);
  }

  /** Rows of a stream, each number once, in order. */
  rows<S extends StreamName>(stream: S): StreamRow<S>[] {
    return [...this.#rows]
      .filter(([key]) => key.endsWith(` ${stream}`))
      .flatMap(([, rows]) => [...rows].toSorted(([a], [b]) => a - b).map(([, row]) => row as StreamRow<S>));
  }

  /** Everything an edge sent that the contract does not allow. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  #publish(topic: string, payload: string | Buffer, retain: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#broker!.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  #onMessage(topic: string, bytes: Buffer): void {
    const parsed = parseTopic(topic);
    if (!parsed?.edge) return void this.#problems.push(`topic ${topic}`);
    try {
      const payload = decodePayload(parsed.channel, topic, bytes);
      this.#received.push({ channel: parsed.channel, payload });
      if (parsed.channel === 'state' && (payload as Payload<'state'>).status === 'online')
        void this.#announce();
      if (parsed.channel === 'ask') {
        const { id, question } = payload as Payload<'ask'>;
        const answer = this.answer(question);
        if (answer) void this.send(parsed.edge, 'answer', { id, answer });
      }
      if (parsed.channel === 'out')
        this.#onBatch(parsed.edge, parsed.stream as StreamName, payload as Payload<'out'>);
    } catch (error) {
      this.#problems.push(String(error));
    }
  }

  #onBatch(edge: string, stream: StreamName, batch: Payload<'out'>): void {
    if (this.deaf) return;
    const key = `${edge} ${batch.epoch} ${stream}`;
    const rows = this.#rows.get(key) ?? new Map<number, unknown>();
    this.#rows.set(key, rows);
    let upTo = rows.size;
    if (batch.from > upTo + 1)
      return void this.send(edge, 'ack', { kind: 'replay', stream, epoch: batch.epoch, from: upTo + 1 });
    for (const [i, row] of batch.rows.entries()) {
      const problem = findProblem(streamRows[stream], row);
      if (problem)
        this.#problems.push(`${stream} row: ${problem.place} ${problem.problem} ${JSON.stringify(row)}`);
      rows.set(batch.from + i, row);
    }
    upTo = rows.size;
    void this.send(edge, 'ack', { kind: 'ack', stream, epoch: batch.epoch, upTo, rejected: [] });
  }
}

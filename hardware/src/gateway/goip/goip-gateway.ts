import { randomInt } from 'node:crypto';
import { BranchlineError, type Timer } from '@branchline/shared';
import { checkUssdCode } from '../../modem/ussd-code.ts';
import type { UssdAnswer } from '../../modem/ussd.ts';
import type { DatagramPort, Endpoint } from '../../port/index.ts';
import { deliveryOf } from '../../sms/index.ts';
import { ChannelBook } from '../channel-book.ts';
import type { ChannelSnapshot, GatewayReceived, GsmGateway, RefusedCounts } from '../gateway.ts';
import { checkMessage } from '../outgoing.ts';
import * as commands from './commands.ts';
import type { GoipCommand } from './commands.ts';
import { readDatagram, type GoipDatagram } from './datagram.ts';
import { newCommand, newMessage, type Dialogue } from './dialogue.ts';
import { Exchange } from './exchange.ts';
import { GoipChannel } from './goip-channel.ts';
import type { GoipOptions } from './goip-options.ts';
import { factsOfKeepAlive, factsOfPush } from './status.ts';

/** Deadlines, ms: the network may take a minute for a message or an answer, a module less for a command. */
const deadlines = { message: 60_000, ussd: 60_000, command: 15_000 } as const;
const silentMs = 100_000;

type Push = Extract<GoipDatagram, { type: 'push' }>;

/** The "SMS server" that the channels of a GoIP (DBL, Hybertone) log in to. */
export class GoipGateway implements GsmGateway {
  readonly #options: GoipOptions;
  readonly #book: ChannelBook;
  readonly #channels: ReadonlyMap<string, GoipChannel>;
  readonly #silence = new Map<string, Timer>();
  readonly #refused = { garbage: 0, unknownSource: 0, unknownChannel: 0, wrongPassword: 0, unasked: 0 };
  #port: DatagramPort | undefined;
  /** Not to be guessed by whoever writes to our socket. */
  #session = randomInt(1_000_000, 1_000_000_000);

  constructor(options: GoipOptions) {
    this.#options = options;
    this.#channels = new Map(
      options.channels.map((channel) => [channel.id, new GoipChannel(channel, options.clock)]),
    );
    this.#book = new ChannelBook(options, Array.from(this.#channels.keys()));
  }

  get id(): string {
    return this.#options.id;
  }

  get channels(): readonly ChannelSnapshot[] {
    return this.#book.snapshots;
  }

  get refused(): RefusedCounts {
    return { ...this.#refused };
  }

  /** Where the channels must log in to; undefined while stopped. */
  get address(): Endpoint | undefined {
    return this.#port?.address;
  }

  async start(): Promise<void> {
    this.#port = await this.#options.open({ datagram: (bytes, from) => this.#datagram(bytes, from) });
    for (const id of this.#channels.keys()) this.#awaitKeepAlive(id);
  }

  async stop(): Promise<void> {
    for (const timer of this.#silence.values()) timer.cancel();
    for (const { exchanges } of this.#channels.values())
      for (const exchange of exchanges.values()) exchange.cancel('this program stops');
    this.#port?.close();
    this.#port = undefined;
  }

  async sendMessage(channel: string, to: string, text: string): Promise<string> {
    checkMessage(to, text);
    this.#book.requireService(channel, 'send a message');
    return this.#ask(channel, 'message', deadlines.message, newMessage, {
      first: (session) => commands.messageText(session, text),
      to,
    });
  }

  /** Whether the operator waits for a reply a GoIP does not tell: `more` is always false. */
  async ussd(channel: string, code: string): Promise<UssdAnswer> {
    checkUssdCode(code);
    this.#book.requireService(channel, 'ask the operator');
    const { password } = this.#channel(channel).options;
    try {
      const text = await this.#ask(channel, 'USSD', deadlines.ussd, newCommand('USSD'), {
        first: (session) => commands.ussd(session, password, code),
      });
      return { text, more: false };
    } catch (error) {
      this.#say(channel, commands.ussdExit(this.#nextSession(), password));
      if (!(error instanceof BranchlineError) || error.code !== 'BL_GATEWAY_REFUSED') throw error;
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: String(error.details['answer']) }, error);
    }
  }

  async reset(channel: string): Promise<void> {
    this.#book.requireLink(channel, 'be restarted');
    const { password } = this.#channel(channel).options;
    await this.#ask(channel, 'restart', deadlines.command, newCommand('svr_reboot_module'), {
      first: (session) => commands.rebootModule(session, password),
    });
  }

  async setEnabled(channel: string, enabled: boolean): Promise<void> {
    this.#book.requireLink(channel, enabled ? 'be switched on' : 'be switched off');
    const { password } = this.#channel(channel).options;
    await this.#ask(
      channel,
      enabled ? 'switch on' : 'switch off',
      deadlines.command,
      newCommand('module_ctl_i'),
      {
        first: (session) => commands.switchModule(session, enabled, password),
      },
    );
    this.#book.input(channel, { type: 'noticed', facts: { enabled } });
  }

  // What comes in.

  #datagram(bytes: Uint8Array, from: Endpoint): void {
    let datagram: GoipDatagram;
    try {
      datagram = readDatagram(bytes);
    } catch {
      this.#refused.garbage++;
      const speaker = this.#speaker(from);
      if (speaker) this.#book.input(speaker.options.id, { type: 'garbage' });
      return;
    }
    if (datagram.type === 'reply') return this.#reply(datagram, from);
    const channel = this.#channels.get(datagram.id);
    if (!channel) return void this.#refused.unknownChannel++;
    if (!channel.mayComeFrom(from)) return void this.#refused.unknownSource++;
    if (!channel.isPassword(datagram.password)) return this.#wrongPassword(datagram, from);
    if (datagram.type === 'keep-alive') return this.#keepAlive(datagram, channel, from);
    if (!channel.isPeer(from)) return void this.#refused.unknownSource++;
    void this.#push(datagram, channel, Buffer.from(bytes).toString('latin1'));
  }

  #wrongPassword(datagram: Exclude<GoipDatagram, { type: 'reply' }>, from: Endpoint): void {
    this.#refused.wrongPassword++;
    if (datagram.type === 'keep-alive') this.#send(commands.unwelcome(datagram.count), from);
    this.#book.input(datagram.id, { type: 'wrong-password' });
  }

  #keepAlive(
    { count, id, fields }: Extract<GoipDatagram, { type: 'keep-alive' }>,
    channel: GoipChannel,
    from: Endpoint,
  ): void {
    channel.peer = from;
    this.#send(commands.welcome(count), from);
    this.#awaitKeepAlive(id);
    this.#book.input(id, { type: 'told', facts: factsOfKeepAlive(fields) });
  }

  #awaitKeepAlive(id: string): void {
    const { clock, silentAfterMs = silentMs } = this.#options;
    this.#silence.get(id)?.cancel();
    this.#silence.set(
      id,
      clock.schedule(silentAfterMs, () => this.#book.input(id, { type: 'silent' })),
    );
  }

  /** Acknowledged when it is stored, and not before: what is not acknowledged comes again. */
  async #push(push: Push, channel: GoipChannel, key: string): Promise<void> {
    const known = channel.notice(key);
    if (known === 'pending') return;
    if (known === 'done') return this.#say(push.id, commands.acknowledge(push.verb, push.number));
    try {
      const received = receivedOf(push, this.#options.clock.now());
      if (received) await this.#options.listener.received(push.id, received);
    } catch {
      channel.noticed(key, false);
      return this.#say(push.id, commands.decline(push.verb, push.number));
    }
    channel.noticed(key, true);
    this.#say(push.id, commands.acknowledge(push.verb, push.number));
    this.#book.input(push.id, { type: 'noticed', facts: factsOfPush(push.fields) });
  }

  #reply({ verb, session, rest }: Extract<GoipDatagram, { type: 'reply' }>, from: Endpoint): void {
    const channel = this.#speaker(from);
    if (!channel) return void this.#refused.unknownSource++;
    const exchange = channel.exchanges.get(session);
    if (!exchange) return void this.#refused.unasked++;
    exchange.reply({ verb, rest });
  }

  #speaker(from: Endpoint): GoipChannel | undefined {
    return Array.from(this.#channels.values()).find((channel) => channel.isPeer(from));
  }

  // What goes out.

  #ask(
    id: string,
    name: string,
    deadlineMs: number,
    dialogue: Dialogue,
    { first, to = '' }: { readonly first: (session: number) => GoipCommand; readonly to?: string },
  ): Promise<string> {
    const { exchanges, options } = this.#channel(id);
    const session = this.#nextSession();
    const exchange = new Exchange({
      gateway: this.#options.id,
      name,
      clock: this.#options.clock,
      deadlineMs,
      dialogue,
      first: first(session),
      lines: {
        password: () => commands.messagePassword(session, options.password),
        recipient: () => commands.messageRecipient(session, to),
        done: () => commands.messageDone(session),
      },
      say: (command) => this.#say(id, command),
      over: () => void exchanges.delete(session),
    });
    exchanges.set(session, exchange);
    return exchange.answer;
  }

  #channel(id: string): GoipChannel {
    const channel = this.#channels.get(id);
    if (!channel) throw new BranchlineError('BL_GATEWAY_CHANNEL', { gateway: this.#options.id, channel: id });
    return channel;
  }

  #nextSession(): number {
    return (this.#session += randomInt(1, 1_000));
  }

  #say(id: string, command: GoipCommand): void {
    const { peer } = this.#channel(id);
    if (peer) this.#send(command, peer);
  }

  #send(command: GoipCommand, to: Endpoint): void {
    this.#port?.send(Buffer.from(command.text), to);
  }
}

function receivedOf({ verb, fields }: Push, now: number): GatewayReceived | undefined {
  if (verb === 'RECEIVE')
    return {
      type: 'message',
      from: fields.get('srcnum') ?? '',
      text: fields.get('msg') ?? '',
      sentAt: now,
    };
  if (verb !== 'DELIVER') return undefined;
  const state = Number(fields.get('state'));
  return {
    type: 'report',
    reference: fields.get('sms_no') ?? '',
    to: fields.get('num') ?? '',
    delivery: Number.isInteger(state) && state >= 0 ? deliveryOf(state) : 'failed',
  };
}

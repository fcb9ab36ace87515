import { randomInteger, seededRandom, type RandomSource, type Timer } from '@branchline/shared';
import { endpointText, type DatagramOpener, type DatagramPort, type Endpoint } from '../../port/index.ts';
import type { GatewayChannel } from './gateway-channel.ts';
import { answerGoip, type GoipDesk } from './goip-commands.ts';

export interface EmulatedGoipOptions {
  readonly channel: GatewayChannel;
  readonly password: string;
  /** Where it logs in. */
  readonly server: Endpoint;
  readonly open: DatagramOpener;
  readonly seed: number;
}

const keepAliveMs = 30_000;
/** A notice that is not acknowledged is said again after this, ms. */
const repeatMs = 3_000;
/** All but messages and reports are given up after so many. */
const repeats = 5;

/** One channel of a GoIP: it logs in from a socket of its own, tells, and obeys. */
export class EmulatedGoip {
  readonly channel: GatewayChannel;
  /** Standing faults: no keep-alives; says and hears nothing; every datagram goes out twice. */
  readonly faults = { loginLost: false, hung: false, doubled: false };
  password: string;
  readonly #options: EmulatedGoipOptions;
  readonly #random: RandomSource;
  readonly #desk: GoipDesk;
  readonly #pushes = new Map<string, Timer>();
  #port: DatagramPort | undefined;
  #keepAlive: Timer | undefined;
  #count = 0;
  #number = 0;

  constructor(options: EmulatedGoipOptions) {
    this.#options = options;
    this.channel = options.channel;
    this.password = options.password;
    this.#random = seededRandom(options.seed);
    this.#desk = {
      channel: options.channel,
      isPassword: (password) => password === this.password,
      say: (text) => this.#say(text),
      sessions: new Map(),
      numbers: new Map(),
    };
  }

  get address(): Endpoint | undefined {
    return this.#port?.address;
  }

  async start(): Promise<void> {
    this.#port = await this.#options.open({ datagram: (bytes, from) => this.#datagram(bytes, from) });
    this.channel.events = {
      call: () => this.#push('STATE', `gsm_remain_state:${this.channel.callState}`),
      message: ({ from, text }) => this.#push('RECEIVE', `srcnum:${from};msg:${text}`, Infinity),
      report: ({ reference, to, status }) => {
        const number = this.#desk.numbers.get(reference);
        if (number !== undefined)
          this.#push('DELIVER', `sms_no:${number};state:${status};num:${to}`, Infinity);
      },
    };
    this.channel.start();
    this.logIn();
  }

  stop(): void {
    this.#keepAlive?.cancel();
    for (const timer of this.#pushes.values()) timer.cancel();
    this.channel.events = undefined;
    this.channel.stop();
    this.#port?.close();
  }

  /** A keep-alive now, and from now on. */
  logIn(): void {
    this.#keepAlive?.cancel();
    this.#keepAlive = this.channel.world.clock.schedule(keepAliveMs, () => this.logIn());
    if (!this.faults.loginLost) this.#say(this.#status());
  }

  garbage(datagrams: number): void {
    for (let i = 0; i < datagrams; i++)
      this.#send(Uint8Array.from({ length: 40 }, () => randomInteger(this.#random, 0, 255)));
  }

  #status(): string {
    const { channel } = this;
    const { sim, simInserted, imei, callState, enabled, remaining } = channel;
    const told = simInserted ? sim : { imsi: '', iccid: '', msisdn: '' };
    const on = (is: boolean): string => (is ? 'LOGIN' : 'LOGOUT');
    return [
      `req:${++this.#count}`,
      `id:${channel.id}`,
      `pass:${this.password}`,
      `num:${told.msisdn}`,
      `signal:${simInserted ? channel.rssi : 0}`,
      `gsm_status:${on(channel.reachable)}`,
      'voip_status:LOGIN',
      `voip_state:${callState}`,
      `remain_time:${remaining}`,
      `imei:${imei}`,
      `imsi:${told.imsi}`,
      `iccid:${told.iccid}`,
      `pro:${channel.reachable ? sim.operator.name : ''}`,
      'idle:10',
      `disable_status:${enabled ? 0 : 1}`,
      'SMS_LOGIN:N',
      'SMB_LOGIN:',
      'CELLINFO:LAC:FFFF,CELL ID:FFFF',
      'CGATT:Y',
      '',
    ].join(';');
  }

  #push(verb: string, words: string, tries = repeats): void {
    const key = `${verb} ${++this.#number}`;
    const text = `${verb}:${this.#number};id:${this.channel.id};password:${this.password};${words}`;
    const say = (left: number): void => {
      this.#pushes.delete(key);
      if (left === 0) return;
      this.#say(text);
      this.#pushes.set(
        key,
        this.channel.world.clock.schedule(repeatMs, () => say(left - 1)),
      );
    };
    say(tries);
  }

  #datagram(bytes: Uint8Array, from: Endpoint): void {
    if (this.faults.hung || endpointText(from) !== endpointText(this.#options.server)) return;
    const text = Buffer.from(bytes).toString('utf8');
    const acknowledged = /^([A-Z]+ \d+) OK/.exec(text)?.[1];
    if (acknowledged === undefined) return answerGoip(this.#desk, text);
    this.#pushes.get(acknowledged)?.cancel();
    this.#pushes.delete(acknowledged);
  }

  #say(text: string): void {
    this.#send(Buffer.from(text));
    if (this.faults.doubled) this.#send(Buffer.from(text));
  }

  #send(bytes: Uint8Array): void {
    if (!this.faults.hung) this.#port?.send(bytes, this.#options.server);
  }
}

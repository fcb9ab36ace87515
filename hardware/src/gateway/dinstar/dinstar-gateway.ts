import { randomInt } from 'node:crypto';
import { BranchlineError, sleep, type Timer } from '@branchline/shared';
import { checkUssdCode } from '../../modem/ussd-code.ts';
import type { UssdAnswer } from '../../modem/ussd.ts';
import { ChannelBook } from '../channel-book.ts';
import type { ChannelSnapshot, GsmGateway, RefusedCounts } from '../gateway.ts';
import { checkMessage } from '../outgoing.ts';
import type { DinstarOptions } from './dinstar-options.ts';
import { PendingReports } from './pending-reports.ts';
import * as replies from './replies.ts';
import type { DinstarReply } from './replies.ts';
import * as requests from './requests.ts';
import type { DinstarRequest } from './requests.ts';

/** Results are asked for after this, ms: the gateway sends by and by. */
const resultEveryMs = 2_000;
const resultDeadlineMs = 60_000;
const accepted: readonly number[] = [200, 202];
/** Of a query: some versions say "not found" when there is nothing (yet). */
const orNothing: readonly number[] = [...accepted, 404];
/** So many looks in a row without an answer are silence; one may be a busy gateway. */
const silentLooks = 2;

/** A Dinstar UC2000 or DWG with its "new version API" switched on. */
export class DinstarGateway implements GsmGateway {
  readonly #options: DinstarOptions;
  readonly #book: ChannelBook;
  readonly #reports = new PendingReports();
  readonly #refused = { garbage: 0, unknownSource: 0, unknownChannel: 0, wrongPassword: 0, unasked: 0 };
  readonly #asking = new Set<string>();
  #lastMessage: number;
  #user = randomInt(1, 1_000_000_000);
  #failedLooks = 0;
  #timer: Timer | undefined;
  #running = new AbortController();

  constructor(options: DinstarOptions) {
    this.#options = options;
    this.#lastMessage = options.lastMessage ?? 0;
    this.#book = new ChannelBook(options, options.ports.map(String));
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

  async start(): Promise<void> {
    this.#running = new AbortController();
    void this.#look(this.#running.signal);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    const details = { gateway: this.#options.id, request: 'result', problem: 'this program stops' };
    this.#running.abort(new BranchlineError('BL_GATEWAY_UNREACHABLE', details));
  }

  async sendMessage(channel: string, to: string, text: string): Promise<string> {
    checkMessage(to, text);
    this.#book.requireService(channel, 'send a message');
    const [port, user] = [Number(channel), ++this.#user];
    await this.#do(requests.sendMessage(port, to, text, user), port);
    const reference = await this.#result('message', async () => {
      const result = replies.readResult(
        await this.#ask(requests.messageResult(port, to, user), orNothing),
        user,
      );
      if (result?.status === 'FAILED') throw this.#refusal('message', result.status);
      return result && result.status !== 'SENDING' ? result.reference : undefined;
    });
    if (reference !== '') this.#reports.add({ port, to, reference, sentAt: this.#options.clock.now() });
    return reference;
  }

  /** Whether the operator waits for a reply a Dinstar does not tell: `more` is always false. */
  async ussd(channel: string, code: string): Promise<UssdAnswer> {
    checkUssdCode(code);
    this.#book.requireService(channel, 'ask the operator');
    if (this.#asking.has(channel))
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: 'another query is under way' });
    this.#asking.add(channel);
    const port = Number(channel);
    try {
      // What is left of a query before must not be taken for the answer.
      await this.#ask(requests.ussdReply(port), orNothing);
      await this.#do(requests.sendUssd(port, code), port);
      const text = await this.#result('USSD', async () => {
        const answer = replies.readUssd(await this.#ask(requests.ussdReply(port), orNothing), port);
        return answer === '' ? undefined : answer;
      });
      return { text, more: false };
    } catch (error) {
      if (error instanceof BranchlineError && error.code === 'BL_GATEWAY_TIMEOUT')
        await this.#ask(requests.cancelUssd(port)).catch(() => undefined);
      throw error;
    } finally {
      this.#asking.delete(channel);
    }
  }

  async reset(channel: string): Promise<void> {
    this.#book.requireLink(channel, 'be restarted');
    await this.#do(requests.resetPort(Number(channel)), Number(channel));
  }

  async setEnabled(channel: string, enabled: boolean): Promise<void> {
    this.#book.requireLink(channel, enabled ? 'be switched on' : 'be switched off');
    await this.#do(requests.blockPort(Number(channel), !enabled), Number(channel));
    this.#book.input(channel, { type: 'noticed', facts: { enabled } });
  }

  /** One look after the other; a failure is a fact like others, and the next look comes. */
  async #look(signal: AbortSignal): Promise<void> {
    try {
      await this.#readPorts();
      this.#failedLooks = 0;
      await this.#readInbox();
      await this.#readReports();
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
    if (signal.aborted) return;
    this.#timer = this.#options.clock.schedule(
      this.#options.lookEveryMs ?? 5_000,
      () => void this.#look(signal),
    );
  }

  async #readPorts(): Promise<void> {
    const ports = replies.readPorts(await this.#ask(requests.portInfo(this.#options.ports)));
    for (const port of this.#options.ports) {
      const facts = ports.get(port);
      this.#book.input(String(port), facts ? { type: 'told', facts } : { type: 'silent' });
    }
  }

  /** What could not be stored is read again by the next look, and all that came after it. */
  async #readInbox(): Promise<void> {
    const { listener, ports, zoneMinutes = 480, clock } = this.#options;
    const messages = replies.readIncoming(await this.#ask(requests.incoming(this.#lastMessage), orNothing));
    for (const { id, port, from, text, timestamp } of messages) {
      if (id <= this.#lastMessage) continue;
      const sentAt = timeOf(timestamp, zoneMinutes) ?? clock.now();
      if (!ports.includes(port)) this.#refused.unknownChannel++;
      else await listener.received(String(port), { type: 'message', from, text, sentAt, id });
      this.#lastMessage = id;
    }
  }

  async #readReports(): Promise<void> {
    for (const [port, to] of this.#reports.asked(this.#options.clock.now())) {
      const entries = replies.readDeliveries(await this.#ask(requests.deliveryStatus(port, to), orNothing));
      for (const ended of this.#reports.ended(port, entries)) {
        const { reference, delivery } = ended;
        await this.#options.listener.received(String(port), {
          type: 'report',
          reference,
          to: ended.to,
          delivery,
        });
        this.#reports.forget(ended);
      }
    }
  }

  #failed(error: unknown): void {
    const code = error instanceof BranchlineError ? error.code : undefined;
    if (code === 'BL_GATEWAY_LOGIN') {
      this.#refused.wrongPassword++;
      return this.#book.inputAll({ type: 'refused' });
    }
    if (code === 'BL_GATEWAY_GARBAGE') {
      this.#refused.garbage++;
      return this.#book.inputAll({ type: 'garbage' });
    }
    if (++this.#failedLooks >= silentLooks) this.#book.inputAll({ type: 'silent' });
  }

  /** @throws BranchlineError `BL_GATEWAY_REFUSED` and what the access throws */
  async #ask(request: DinstarRequest, fine = accepted): Promise<DinstarReply> {
    const reply = replies.readReply(await this.#options.access(request));
    if (!fine.includes(reply.errorCode))
      throw this.#refusal(request.name, replies.errorText(reply.errorCode));
    return reply;
  }

  /** Asks for something to be done on one port. */
  async #do(request: DinstarRequest, port: number): Promise<void> {
    const status = replies.portStatus(await this.#ask(request), port);
    if (!accepted.includes(status)) throw this.#refusal(request.name, replies.errorText(status));
  }

  /** Asks until there is an answer. @throws BranchlineError `BL_GATEWAY_TIMEOUT` */
  async #result(request: string, probe: () => Promise<string | undefined>): Promise<string> {
    const { clock, id: gateway } = this.#options;
    const end = clock.monotonic() + resultDeadlineMs;
    while (clock.monotonic() < end) {
      await sleep(clock, resultEveryMs, this.#running.signal);
      const found = await probe();
      if (found !== undefined) return found;
    }
    throw new BranchlineError('BL_GATEWAY_TIMEOUT', { gateway, request, ms: resultDeadlineMs });
  }

  #refusal(request: string, answer: string): BranchlineError {
    return new BranchlineError('BL_GATEWAY_REFUSED', { gateway: this.#options.id, request, answer });
  }
}

/** `2026-11-20 08:15:00` as ms since the epoch. */
function timeOf(timestamp: string, zoneMinutes: number): number | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)$/.exec(timestamp) ?? [];
  const utc = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(utc) ? undefined : utc - zoneMinutes * 60_000;
}

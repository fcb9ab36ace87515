import { BranchlineError, problemOf, type Clock, type Line } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { DeviceListener, LineDevice } from './device.ts';
import {
  gatewayKey,
  openGateway,
  type Gateway,
  type GatewayLine,
  type GatewayOptions,
} from './gateway-devices.ts';
import type { ModemLines } from '../modem/index.ts';
import type { SpanLines } from './span-lines.ts';

export interface LineHardwareOptions {
  /** Real time: devices do not hurry in a simulation. */
  readonly real: Clock;
  readonly log: Log;
  readonly modems: Pick<ModemLines, 'configure' | 'device' | 'stop'>;
  readonly spans: SpanLines;
  readonly listener: DeviceListener;
  readonly goip: GatewayOptions['goip'];
  /** Opens what was sealed to this box. @param place for errors */
  readonly unseal: (place: string, text: string) => Promise<string>;
  /** A balance was told. */
  readonly onBalance: (line: string, amount: number) => Promise<void>;
  /** Whether a line is in service and has no call. */
  readonly isIdle: (line: string) => boolean;
}

interface Running extends Gateway {
  /** What it was built from: as long as this is the same, it stays. */
  readonly settings: string;
}

const hourMs = 3_600_000;
/** A balance that could not be learned is asked for again after this, ms. */
const balanceAgainMs = 600_000;

/** The modems and gateways of all lines: built, rebuilt and let go as the configuration says. */
export class LineHardware {
  readonly #options: LineHardwareOptions;
  /** By their management connections. */
  readonly #running = new Map<string, Running>();
  /** When each line's balance is due, monotonic ms. */
  readonly #balances = new Map<string, number>();
  #lines: readonly Line[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(options: LineHardwareOptions) {
    this.#options = options;
  }

  /** Takes over the lines of a desired document; what did not change goes on undisturbed. */
  configure(lines: readonly Line[]): Promise<void> {
    this.#lines = lines.filter(({ enabled }) => enabled);
    this.#work = this.#work
      .then(() => this.#apply(this.#lines))
      .catch((error: unknown) =>
        this.#options.log.error({ problem: problemOf(error) }, 'devices of lines could not be set up'),
      );
    return this.#work;
  }

  /** Restarts what a line lives on. @throws BranchlineError `BL_COMMAND_FAILED` for a line without anything to restart */
  async reset(line: Line): Promise<void> {
    const device = this.#device(line.id);
    if (!device)
      throw new BranchlineError('BL_COMMAND_FAILED', {
        verb: 'line-reset',
        problem: `a ${line.kind} as configured has nothing here that could be restarted`,
      });
    await device.reset();
  }

  /** Asks operators for balances that are due; call it about once a minute. */
  async askBalances(): Promise<void> {
    const now = this.#options.real.monotonic();
    for (const { id, balance } of this.#lines) {
      const device = this.#device(id);
      if (!balance || !device || now < (this.#balances.get(id) ?? 0) || !this.#options.isIdle(id)) continue;
      this.#balances.set(id, now + balanceAgainMs);
      const { method, code, target, after, everyHours } = balance;
      try {
        const query = { method, code, ...(target !== undefined && { target }), pattern: amountAfter(after) };
        await this.#options.onBalance(id, await device.balance(query));
        this.#balances.set(id, now + everyHours * hourMs);
      } catch (error) {
        this.#options.log.warn(
          { line: id, problem: problemOf(error) },
          'the balance of a SIM could not be learned',
        );
      }
    }
  }

  async stop(): Promise<void> {
    await this.#work;
    for (const key of this.#running.keys()) await this.#let(key);
    await this.#options.modems.stop();
    this.#options.spans.stop();
  }

  #device(line: string): LineDevice | undefined {
    const gateway = [...this.#running.values()].find(({ devices }) => devices.has(line));
    return this.#options.modems.device(line) ?? gateway?.devices.get(line);
  }

  async #apply(lines: readonly Line[]): Promise<void> {
    await this.#options.modems.configure(lines);
    this.#options.spans.configure(lines);
    const wanted = new Map<string, { settings: string; build: () => Promise<Gateway> }>();
    const gateways = lines.flatMap((line): GatewayLine[] =>
      line.gateway ? [{ line: line.id, settings: line.gateway, password: '' }] : [],
    );
    for (const [key, own] of Map.groupBy(gateways, gatewayKey)) {
      wanted.set(key, { settings: JSON.stringify(own), build: () => this.#gateway(own) });
    }
    for (const [key, { settings }] of this.#running)
      if (wanted.get(key)?.settings !== settings) await this.#let(key);
    for (const [key, { settings, build }] of wanted) {
      if (this.#running.has(key)) continue;
      try {
        const gateway = await build();
        this.#running.set(key, { settings, ...gateway });
        await gateway.start();
      } catch (error) {
        this.#options.log.error(
          { device: key, problem: problemOf(error) },
          'a device of a line cannot be driven',
        );
        for (const line of lines)
          if (line.gateway && gatewayKey(asGateway(line)) === key)
            this.#options.listener.report(line.id, {
              health: 'down',
              phase: 'failed',
              reason: problemOf(error).slice(0, 200),
              fault: 'device-missing',
            });
      }
    }
  }

  async #gateway(lines: readonly GatewayLine[]): Promise<Gateway> {
    const { unseal, real, listener, goip } = this.#options;
    const opened = await Promise.all(
      lines.map(async (own) => {
        const { password } = own.settings;
        const place = `lines/${own.line}/gateway/password`;
        return { ...own, password: password === undefined ? '' : await unseal(place, password) };
      }),
    );
    return openGateway(opened, { clock: real, listener, goip });
  }

  async #let(key: string): Promise<void> {
    const running = this.#running.get(key);
    this.#running.delete(key);
    await running
      ?.stop()
      .catch((error: unknown) =>
        this.#options.log.warn({ device: key, problem: problemOf(error) }, 'a gateway could not be let go'),
      );
  }
}

/** Finds the first number after some words; at most a few signs lie between. */
function amountAfter(words: string): RegExp {
  return new RegExp(
    `${words.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}[^0-9-]{0,20}(-?\\d+(?:\\.\\d+)?)`,
    'i',
  );
}

function asGateway({ id, gateway }: Line): GatewayLine {
  return { line: id, settings: gateway!, password: '' };
}

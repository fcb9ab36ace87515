import {
  BranchlineError,
  systemClock,
  type Clock,
  type ClockTrust,
  type Desired,
  type IdSource,
  type Line,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Ledger, NewRow, Recovered } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { sipLines } from './driver.ts';
import type { DeviceListener } from './hardware/device.ts';
import { LineHardware } from './hardware/line-hardware.ts';
import { SpanLines, type SpanPlaces } from './hardware/span-lines.ts';
import { LinePool } from './line-pool.ts';
import { LineWatch } from './line-watch.ts';
import { ModemLines } from './modem/index.ts';

export interface BranchLinesOptions {
  readonly switch: Pick<Switch, 'ftdm' | 'gatewayUp' | 'hangupLine'>;
  readonly ledger: Ledger;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** IANA zone of the site. */
  readonly zone: () => string;
  /** Where calls over modems come in and FreeSWITCH answers them, on this box. */
  readonly modems: { readonly port: number; readonly switchHost: string; readonly switchPort: number };
  /** Where GoIP gateways log in, on this box. */
  readonly goip: { readonly host: string; readonly port: number };
  readonly spanPlaces: SpanPlaces;
  /** Opens what was sealed to this box. @param place for errors */
  readonly unseal: (place: string, text: string) => Promise<string>;
  /** A line came up. */
  readonly onUp: () => void;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
}

/** The branch's lines with what they live on: trunks, modems, gateways and spans, and how each of them is. */
export class BranchLines {
  readonly pool: LinePool;
  readonly watch: LineWatch;
  readonly hardware: LineHardware;
  readonly spans: SpanLines;
  readonly #options: BranchLinesOptions;

  constructor(options: BranchLinesOptions) {
    this.#options = options;
    const { switch: fs, ledger, business, log, unseal } = options;
    const real = systemClock;
    const listener: DeviceListener = {
      report: (id, report) => this.watch.report(id, 'device', report),
      message: (id, message) => this.#keepMessage(id, message),
      warning: (id, text) => log.warn({ line: id, text }, 'a modem warns'),
    };
    const { port, switchHost, switchPort } = options.modems;
    const modems = new ModemLines({
      port,
      switch: { host: switchHost, port: switchPort },
      clock: real,
      unseal,
      listener,
      log,
    });
    const spans = (this.spans = new SpanLines({
      clock: real,
      places: options.spanPlaces,
      ftdm: { api: (command) => fs.ftdm(command) },
      listener,
    }));
    const pool = (this.pool = new LinePool(() => business.now(), [sipLines, modems, spans]));
    this.watch = new LineWatch({ ...options, lines: pool });
    this.hardware = new LineHardware({
      real,
      log,
      goip: options.goip,
      unseal,
      isIdle: (id) => {
        const state = pool.get(id);
        return state?.health === 'up' && state.inUse === 0;
      },
      onBalance: async (id, amount) => {
        const usage = pool.setBalance(id, amount);
        if (usage) await ledger.saveUsage(usage);
      },
      modems,
      spans,
      listener,
    });
  }

  /** Takes over the lines of a desired document. */
  configure(desired: Desired): void {
    this.pool.configure(desired);
    void this.hardware.configure(desired.lines);
  }

  /** What the ledger remembers of them. */
  restore(recovered: Recovered): void {
    this.pool.restore(recovered);
    this.watch.restore(recovered.faults);
  }

  /** Restarts what a line is made of. @throws BranchlineError `BL_API_NOT_FOUND`, `BL_COMMAND_FAILED` */
  async reset(id: string): Promise<void> {
    const state = this.pool.get(id);
    if (!state) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'line', id });
    await this.hardware.reset(state.line);
  }

  /** Ends the legs on modems that an edge before this one left: what carried them is gone, and FreeSWITCH has not heard of it. */
  async endLeftovers(): Promise<void> {
    for (const { line } of this.pool.states())
      if (line.modem) await this.#options.switch.hangupLine(line.id, 'NETWORK_OUT_OF_ORDER');
  }

  /** FreeSWITCH has said how it gets on with a carrier. */
  onGateway(id: string, up: boolean, state: string): void {
    const line = this.pool.get(id)?.line;
    if (line) this.#setTrunk(line, up, `gateway ${state}`);
  }

  /** Asks FreeSWITCH how it gets on with each carrier. */
  async askTrunks(): Promise<void> {
    for (const { line } of this.pool.states()) {
      if (!line.enabled || !line.sip) continue;
      const up = await this.#options.switch.gatewayUp(line.id).catch(() => undefined);
      if (up !== undefined) this.#setTrunk(line, up, 'gateway state');
    }
  }

  /** The line whose carrier has this address; FreeSWITCH names it only for carriers that it registers with. */
  behind(address: string): string {
    const found = this.pool
      .states()
      .find(({ line }) => line.enabled && line.sip?.proxy.replace(/:\d+$/, '') === address);
    return found?.line.id ?? 'unknown';
  }

  async stop(): Promise<void> {
    await this.hardware.stop();
  }

  #setTrunk({ id, sip }: Line, up: boolean, reason: string): void {
    const fault = sip?.register ? 'not-registered' : 'unreachable';
    this.watch.report(
      id,
      'switch',
      up ? { health: 'up', phase: 'in-service', reason } : { health: 'down', phase: 'failed', reason, fault },
    );
  }

  /** A text that a SIM received: stored here before the SIM forgets it, and told to the center. */
  async #keepMessage(line: string, message: { from: string; text: string; sentAt: number }): Promise<void> {
    const { business, clockTrust, ids, ledger } = this.#options;
    const { from, text, sentAt } = message;
    const head = { at: business.now(), clock: clockTrust(), id: ids() };
    const fact = {
      line,
      from: from.slice(0, 40),
      text: text.slice(0, 2000),
      sentAt: Math.max(0, Math.round(sentAt)),
    };
    await ledger.append({ rows: [{ stream: 'event', row: { ...head, type: 'sms-received', ...fact } }] });
  }
}

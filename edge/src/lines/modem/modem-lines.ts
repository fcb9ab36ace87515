import { randomBytes } from 'node:crypto';
import { problemOf, type Clock, type Line, type LineKind } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import { GsmModem, notStarted, serialPort, SoundBridge, type ModemSnapshot } from '@branchline/hardware';
import { deviceFacts, simFacts, type DeviceListener, type LineDevice } from '../hardware/device.ts';
import type { LineDriver } from '../driver.ts';
import type { LineReport } from '../line-watch.ts';
import { ModemLine } from './modem-line.ts';
import { SipEndpoint } from './sip-endpoint.ts';

export interface ModemLinesOptions {
  /** Port on 127.0.0.1 for FreeSWITCH's calls over modems. */
  readonly port: number;
  /** FreeSWITCH's carrier profile. */
  readonly switch: { readonly host: string; readonly port: number };
  /** Real time. */
  readonly clock: Clock;
  readonly unseal: (place: string, sealed: string) => Promise<string>;
  readonly listener: DeviceListener;
  readonly log: Log;
}

interface OneModem {
  readonly settings: string;
  readonly modem: GsmModem;
  readonly line: ModemLine;
  soundWorks: boolean;
}

/** All GSM modems of this box, each of them a line that FreeSWITCH reaches as a gateway on this machine. */
export class ModemLines implements LineDriver {
  readonly kinds: ReadonlySet<LineKind> = new Set(['gsm-modem']);
  readonly #options: ModemLinesOptions;
  readonly #endpoint: SipEndpoint;
  readonly #bridge: SoundBridge;
  readonly #modems = new Map<string, OneModem>();
  #configured: Promise<void> = Promise.resolve();

  constructor(options: ModemLinesOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#bridge = new SoundBridge({
      clock,
      log: (problem) =>
        log.error({ problem }, 'the process for the sound of modem calls ended; it is started again'),
    });
    this.#endpoint = new SipEndpoint({
      port: options.port,
      switch: options.switch,
      random: () => randomBytes(9).toString('hex'),
      warn: (problem) =>
        log.warn({ problem }, 'a connection between FreeSWITCH and the modems has a problem'),
      onCall: (leg) => {
        const line = this.#modems.get(leg.line)?.line;
        if (!line) return leg.end({ status: 502, reason: 'No Such Modem', q850: 38 });
        void line.takeLeg(leg);
      },
    });
  }

  canDial({ modem }: Line): boolean {
    return modem?.audio !== undefined;
  }

  target({ id }: Line, number: string): { readonly gateway: string; readonly number: string } {
    return { gateway: id, number };
  }

  /** What a line lives on; undefined for one that is no modem. */
  device(line: string): LineDevice | undefined {
    const modem = this.#modems.get(line)?.modem;
    return modem && { reset: () => modem.restart(), balance: (query) => modem.balance(query) };
  }

  /** Takes over the modems of a desired document; one whose settings are the same goes on as it is. */
  configure(lines: readonly Line[]): Promise<void> {
    const wanted = new Map(
      lines.filter(({ enabled, modem }) => enabled && modem).map((line) => [line.id, line]),
    );
    return (this.#configured = this.#configured
      .then(() => this.#change(wanted))
      .catch((error: unknown) => {
        this.#options.log.error({ problem: problemOf(error) }, 'modems could not be set up');
      }));
  }

  async stop(): Promise<void> {
    await this.#configured;
    await this.#change(new Map());
    await this.#endpoint.stop();
    await this.#bridge.stop();
  }

  async #change(wanted: ReadonlyMap<string, Line>): Promise<void> {
    for (const [id, { settings, modem, line }] of this.#modems) {
      if (JSON.stringify(wanted.get(id)?.modem) === settings) continue;
      this.#modems.delete(id);
      line.stop();
      await modem.stop();
    }
    if (wanted.size > 0 && this.#endpoint.port === 0) await this.#endpoint.start();
    for (const [id, line] of wanted) {
      if (this.#modems.has(id)) continue;
      // One that cannot be set up must not keep the others away.
      await this.#add(id, line).catch((error: unknown) => {
        const reason = problemOf(error).slice(0, 200);
        this.#options.log.error({ line: id, problem: reason }, 'a modem could not be set up');
        this.#options.listener.report(id, {
          health: 'down',
          phase: 'failed',
          reason,
          fault: 'device-missing',
        });
      });
    }
  }

  async #add(id: string, { modem: settings, callerIds }: Line): Promise<void> {
    const { clock, log, listener, unseal } = this.#options;
    const { port, audio, pin } = settings!;
    const modem = new GsmModem({
      id,
      open: serialPort(port),
      clock,
      ...(pin !== undefined && { pin: await unseal(`lines/${id}/modem/pin`, pin) }),
      listener: {
        changed: (snapshot) => listener.report(id, modemReport(snapshot, own.soundWorks)),
        call: (event) => own.line.onModem(event),
        received: async (received) => {
          if (received.type === 'message') await listener.message(id, received);
        },
        warning: (text) => listener.warning(id, text),
      },
    });
    const line = new ModemLine({
      id,
      modem,
      openSound: (call, listener) =>
        this.#bridge.open(call, audio ?? '', {
          ...listener,
          closed: (sound) =>
            log.info({ line: id, call, sound }, 'the sound of a call over a modem has ended'),
        }),
      callSwitch: (from, sdp) => this.#endpoint.call(id, from || 'anonymous', callerIds[0]!, sdp),
      switchAddresses: ['127.0.0.1', this.#options.switch.host],
      warn: (problem) => log.warn({ line: id, problem }, 'a call over a modem has a problem'),
      onSound: (works) => {
        if (works === own.soundWorks) return;
        own.soundWorks = works;
        listener.report(id, modemReport(modem.snapshot, works));
      },
    });
    const own: OneModem = { settings: JSON.stringify(settings), modem, line, soundWorks: true };
    this.#modems.set(id, own);
    modem.start();
  }
}

/** A modem's condition in the words of all lines. */
export function modemReport(snapshot: ModemSnapshot, soundWorks: boolean): LineReport {
  const { condition, signalDbm, operator, sim, identity } = snapshot;
  const { phase, reason } = condition;
  const works = phase === 'in-service' || phase === 'in-call';
  const model = identity && `${identity.maker} ${identity.model}`.trim();
  const facts = simFacts({
    signal: signalDbm,
    operator,
    iccid: sim?.iccid?.replace(/F$/i, ''),
    imsi: sim?.imsi,
    model,
  });
  const device = deviceFacts({ model, firmware: identity?.firmware, imei: identity?.imei });
  const head = { phase, reason, sim: facts, device };
  if (condition.phase === 'failed') return { ...head, health: 'down', fault: condition.fault };
  if (phase === 'absent' && reason !== notStarted)
    return { ...head, health: 'down', fault: 'device-missing' };
  if (works && !soundWorks)
    return { ...head, health: 'down', fault: 'no-audio', reason: 'its sound cannot be opened' };
  return { ...head, health: works ? 'up' : 'down' };
}

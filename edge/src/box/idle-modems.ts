import { problemOf, type Clock, type Line } from '@branchline/shared';
import { GsmModem, serialPort } from '@branchline/hardware';
import type { DeviceListener } from '../lines/index.ts';
import { modemReport } from '../lines/modem/index.ts';

export interface IdleModemsOptions {
  readonly clock: Clock;
  readonly unseal: (place: string, sealed: string) => Promise<string>;
  readonly listener: Pick<DeviceListener, 'report'>;
}

/**
 * The modems of a box whose edge is stopped, only looked at: calls are not taken, messages stay on the SIMs, and a PIN is never
 * entered, because the third wrong one locks the SIM and a worried person asks more often than that.
 */
export class IdleModems {
  readonly #options: IdleModemsOptions;
  #modems: readonly GsmModem[] = [];

  constructor(options: IdleModemsOptions) {
    this.#options = options;
  }

  device(): undefined {
    return undefined;
  }

  async configure(lines: readonly Line[]): Promise<void> {
    await this.stop();
    const modems = await Promise.all(lines.map((line) => this.#open(line)));
    this.#modems = modems.filter((modem) => modem !== undefined);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#modems.map((modem) => modem.stop()));
    this.#modems = [];
  }

  async #open({ id, modem: settings }: Line): Promise<GsmModem | undefined> {
    if (!settings) return undefined;
    const { clock, listener, unseal } = this.#options;
    const { port, pin } = settings;
    const unsealed =
      pin === undefined ? undefined : await unseal(`lines/${id}/modem/pin`, pin).catch(problemOf);
    const modem = new GsmModem({
      id,
      open: serialPort(port),
      clock,
      leaveMessages: true,
      listener: {
        changed: (snapshot) => {
          const report = modemReport(snapshot, true);
          const waits = report.fault === 'pin-required' && /^\d{4,8}$/.test(unsealed ?? '');
          listener.report(
            id,
            waits
              ? {
                  health: 'unknown',
                  phase: 'sim',
                  reason: 'it waits for its PIN, which the edge enters when it starts',
                  ...(report.sim && { sim: report.sim }),
                }
              : report,
          );
        },
        call: () => undefined,
        received: () => Promise.reject(new Error('messages are left on the SIM')),
        warning: () => undefined,
      },
    });
    modem.start();
    return modem;
  }
}

import type { Clock, LineFault } from '@branchline/shared';
import {
  GsmModem,
  serialPort,
  type BalanceQuery,
  type ModemFault,
  type ModemSnapshot,
} from '@branchline/hardware';
import type { LineReport } from '../line-watch.ts';
import { simFacts, type DeviceListener, type LineDevice } from './device.ts';

export interface ModemDeviceOptions {
  readonly line: string;
  /** Where it is plugged in. */
  readonly port: string;
  readonly pin: string | undefined;
  readonly clock: Clock;
  readonly listener: DeviceListener;
}

/** A GSM module on a serial port of this box. */
export class ModemDevice implements LineDevice {
  /** Calls are placed on it by whoever bridges its voice. */
  readonly modem: GsmModem;

  /** @throws BranchlineError `BL_PORT_MOVING_NAME` */
  constructor({ line, port, pin, clock, listener }: ModemDeviceOptions) {
    this.modem = new GsmModem({
      id: line,
      open: serialPort(port),
      clock,
      ...(pin !== undefined && { pin }),
      listener: {
        changed: (modem) => listener.report(line, reportOf(modem)),
        call: () => undefined,
        received: async (received) => {
          if (received.type === 'message') await listener.message(line, received);
        },
        warning: (text) => listener.warning(line, text),
      },
    });
  }

  async start(): Promise<void> {
    this.modem.start();
  }

  stop(): Promise<void> {
    return this.modem.stop();
  }

  reset(): Promise<void> {
    return this.modem.restart();
  }

  balance(query: BalanceQuery): Promise<number> {
    return this.modem.balance(query);
  }
}

function reportOf(modem: ModemSnapshot): LineReport {
  const { condition, identity, sim, operator, signalDbm } = modem;
  const { phase, reason } = condition;
  const fault =
    phase === 'failed' ? faultOf(condition.fault) : phase === 'absent' ? 'device-missing' : undefined;
  const model = identity && `${identity.maker} ${identity.model}`.trim();
  return {
    health: phase === 'in-service' || phase === 'in-call' ? 'up' : 'down',
    phase,
    reason,
    ...(fault && { fault }),
    sim: simFacts({ signal: signalDbm, operator, iccid: sim?.iccid, imsi: sim?.imsi, model }),
  };
}

function faultOf(fault: ModemFault): LineFault {
  return fault;
}

import type { DeviceFacts, SimFacts } from '@branchline/shared';
import type { BalanceQuery } from '@branchline/hardware';
import type { LineReport } from '../line-watch.ts';

/** What a line lives on, in this box or beside it. */
export interface LineDevice {
  /** Restarts it; calls on it end. @throws BranchlineError */
  reset(): Promise<void>;
  /** Asks the operator. @throws BranchlineError */
  balance(query: BalanceQuery): Promise<number>;
}

/** What a device tells. */
export interface DeviceListener {
  report(line: string, report: LineReport): void;
  /** Must have stored it before it resolves. */
  message(line: string, message: { from: string; text: string; sentAt: number }): Promise<void>;
  warning(line: string, text: string): void;
}

/** SIM facts without what is not known, within what the contract allows. */
export function simFacts(facts: {
  signal?: number | undefined;
  operator?: string | undefined;
  iccid?: string | undefined;
  imsi?: string | undefined;
  model?: string | undefined;
}): SimFacts {
  const { signal, operator, iccid, imsi, model } = facts;
  return {
    ...(signal !== undefined && { signal: Math.round(Math.max(-150, Math.min(0, signal))) }),
    ...(operator && { operator: operator.slice(0, 200) }),
    ...(iccid !== undefined && /^[0-9A-Fa-f]{1,22}$/.test(iccid) && { iccid }),
    ...(imsi !== undefined && /^\d{5,16}$/.test(imsi) && { imsi }),
    ...(model && { model: model.slice(0, 200) }),
  };
}

/** What a device tells of itself without what is not known, within what the contract allows. */
export function deviceFacts(facts: {
  model?: string | undefined;
  firmware?: string | undefined;
  driver?: string | undefined;
  imei?: string | undefined;
}): DeviceFacts {
  const { imei } = facts;
  const label = (name: 'model' | 'firmware' | 'driver'): DeviceFacts => {
    const text = facts[name]
      ?.replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200);
    return text ? { [name]: text } : {};
  };
  return {
    ...label('model'),
    ...label('firmware'),
    ...label('driver'),
    ...(imei !== undefined && /^\d{14,17}$/.test(imei) && { imei }),
  };
}

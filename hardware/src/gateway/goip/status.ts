import { dbmOf } from '../../modem/report.ts';
import type { ChannelFacts } from '../gateway.ts';
import type { Fields } from './datagram.ts';

/** What a keep-alive tells of its channel. */
export function factsOfKeepAlive(fields: Fields): ChannelFacts {
  const [operator, imsi, iccid, imei] = ['pro', 'imsi', 'iccid', 'imei'].map((name) =>
    told(fields.get(name)),
  );
  const registered = fields.get('gsm_status') === 'LOGIN';
  const voip = told(fields.get('voip_status'));
  const call = callOf(told(fields.get('voip_state')));
  return {
    // A GoIP has no word for an empty slot: nothing of the SIM can be read then.
    sim: imsi !== undefined || iccid !== undefined || registered ? 'ready' : 'missing',
    registration: registered ? 'registered' : 'searching',
    ...signalOf(fields.get('signal')),
    ...(operator !== undefined && { operator }),
    ...(imsi !== undefined && { imsi }),
    ...(iccid !== undefined && { iccid }),
    ...(imei !== undefined && { imei }),
    call: call ?? 'idle',
    ...remainingOf(fields.get('remain_time')),
    enabled: (fields.get('disable_status') ?? '0') === '0',
    ...(voip !== undefined && { sip: voip === 'LOGIN' }),
  };
}

/** What a push tells of its channel; nothing for most of them. */
export function factsOfPush(fields: Fields): Partial<ChannelFacts> {
  const call = callOf(told(fields.get('gsm_remain_state')));
  return { ...(call && { call }), ...remainingOf(fields.get('gsm_remain_time')) };
}

/** Firmware writes nothing, zeros or `FFFF` for what it does not know. */
function told(value: string | undefined): string | undefined {
  return value === undefined || value === '' || /^(0+|F+|N\/A)$/i.test(value) ? undefined : value;
}

function callOf(state: string | undefined): ChannelFacts['call'] | undefined {
  return state === undefined ? undefined : state.toUpperCase() === 'IDLE' ? 'idle' : 'busy';
}

function signalOf(text: string | undefined): Pick<ChannelFacts, 'signal'> {
  if (text === undefined || !/^\d{1,2}$/.test(text)) return {};
  // 0 is what it says without a network, besides -113 dBm, which carries no call either.
  return { signal: text === '0' ? 'none' : (dbmOf(Number(text)) ?? 'none') };
}

/** -1: there is no limit. */
function remainingOf(text: string | undefined): Pick<ChannelFacts, 'remaining'> {
  return text !== undefined && /^\d{1,9}$/.test(text) ? { remaining: Number(text) } : {};
}

export type { CallEnd, CallEvent } from './call-control.ts';
export * from './call-outcome.ts';
export type { CallDirection, CallState, ModemCall } from './call.ts';
export * from './gsm-modem-options.ts';
export * from './gsm-modem.ts';
export type { Received } from './message-box.ts';
export type { ModemCondition, ModemFault, ModemIdentity, SimIdentity } from './modem.ts';
export * from './profile.ts';
export type { UssdAnswer } from './ussd.ts';

import { BranchlineError } from '@branchline/shared';
import type { PushVerb } from './datagram.ts';

declare const made: unique symbol;

/** A line to a GoIP. Only this file makes any: there is none that sets a number, an identity or a forwarding. */
export interface GoipCommand {
  readonly text: string;
  /** Without the password, for logs and errors. */
  readonly shown: string;
  readonly [made]: true;
}

const command = (text: string, shown = text.trimEnd()): GoipCommand => ({ text, shown }) as GoipCommand;

/** @throws BranchlineError `BL_CONFIG_INVALID` for what could end a line or begin another */
export const checkedPassword = (password: string): string => {
  if (/^[\x21-\x7E]{1,64}$/.test(password)) return password;
  throw new BranchlineError('BL_CONFIG_INVALID', {
    place: 'password',
    problem: 'a GoIP takes 1 to 64 printable characters without blanks',
  });
};

/** @param words what the command is about; the password goes behind */
const signed = (words: string, password: string): GoipCommand =>
  command(`${words} ${checkedPassword(password)}`, words);

/** The answer to a keep-alive. */
export const welcome = (count: number): GoipCommand => command(`reg:${count};status:0;`);
export const unwelcome = (count: number): GoipCommand => command(`reg:${count};status:-1;`);

export const acknowledge = (verb: PushVerb, number: string): GoipCommand => command(`${verb} ${number} OK`);
/** It comes again then. */
export const decline = (verb: PushVerb, number: string): GoipCommand =>
  command(`${verb} ${number} ERROR not stored`);

export const messageText = (session: number, text: string): GoipCommand =>
  command(`MSG ${session} ${Buffer.byteLength(text)} ${text}\n`, `MSG ${session}`);
export const messagePassword = (session: number, password: string): GoipCommand => {
  const line = signed(`PASSWORD ${session}`, password);
  return command(`${line.text}\n`, line.shown);
};
/** @param to digits, `+` in front for the international form */
export const messageRecipient = (session: number, to: string): GoipCommand =>
  command(`SEND ${session} 1 ${to}\n`);
export const messageDone = (session: number): GoipCommand => command(`DONE ${session}\n`);

/** @param code checked by `checkUssdCode`; blanks would end it */
export const ussd = (session: number, password: string, code: string): GoipCommand => {
  if (/\s/.test(code)) throw new BranchlineError('BL_USSD_CODE', { code, problem: 'it holds a blank' });
  return command(`USSD ${session} ${checkedPassword(password)} ${code}`, `USSD ${session} ${code}`);
};
export const ussdExit = (session: number, password: string): GoipCommand =>
  signed(`USSDEXIT ${session}`, password);

export const rebootModule = (session: number, password: string): GoipCommand =>
  signed(`svr_reboot_module ${session}`, password);
export const switchModule = (session: number, on: boolean, password: string): GoipCommand =>
  signed(`module_ctl_i ${session} ${on ? 1 : 0}`, password);

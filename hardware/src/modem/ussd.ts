import { BranchlineError, type Clock } from '@branchline/shared';
import { at, AtRefusal } from '../at/index.ts';
import { hexOfOctets, octetsOfHex, pack, septets, textOfSeptets, unpack } from '../sms/index.ts';
import { optional, type Execute } from './procedures.ts';
import type { ModemProfile } from './profile.ts';
import type { UssdReport } from './report.ts';
import { checkUssdCode } from './ussd-code.ts';

export interface UssdAnswer {
  readonly text: string;
  /** The network waits for a reply. */
  readonly more: boolean;
}

/** The network may take this long, ms. */
const answerDeadlineMs = 60_000;

/** Dialogue with the operator over `AT+CUSD`; one at a time. */
export class Ussd {
  readonly #clock: Clock;
  readonly #execute: Execute;
  readonly #profile: () => ModemProfile;
  /** What the plugged modem accepted last, when it was not what its profile says. */
  #form: ModemProfile['ussd'] | undefined;
  #waiting: ((report: UssdReport) => void) | undefined;

  constructor(clock: Clock, execute: Execute, profile: () => ModemProfile) {
    this.#clock = clock;
    this.#execute = execute;
    this.#profile = profile;
  }

  /** An answer that nobody waits for is the network's own message; it is ignored. */
  report(report: UssdReport): void {
    this.#waiting?.(report);
  }

  /**
   * @param code what the operator is asked, or the reply to its last answer
   * @throws BranchlineError `BL_USSD_CODE`, `BL_USSD_FAILED`, and what the port throws
   */
  async ask(code: string): Promise<UssdAnswer> {
    checkUssdCode(code);
    if (this.#waiting)
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: 'another query is under way' });
    const answer = this.#answer();
    try {
      await this.#send(code);
    } catch (error) {
      this.#waiting = undefined;
      answer.cancel();
      if (!(error instanceof AtRefusal)) throw error;
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: error.message }, error);
    }
    const report = await answer.report;
    this.#waiting = undefined;
    if (!report) {
      await optional(this.#execute(at.ussdCancel));
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: 'no answer within a minute' });
    }
    if (report.text === undefined || report.mode > 2)
      throw new BranchlineError('BL_USSD_FAILED', { code, problem: refusals[report.mode] ?? 'empty answer' });
    return { text: decodeUssd(report.text, report.dcs), more: report.mode === 1 };
  }

  #answer(): { readonly report: Promise<UssdReport | undefined>; cancel(): void } {
    const { promise, resolve } = Promise.withResolvers<UssdReport | undefined>();
    const timer = this.#clock.schedule(answerDeadlineMs, () => resolve(undefined));
    this.#waiting = (report) => {
      timer.cancel();
      resolve(report);
    };
    return { report: promise, cancel: () => timer.cancel() };
  }

  /** Models differ in how they want the code; a refusal of one form is followed by the other, which is then kept. */
  async #send(code: string): Promise<void> {
    const form = this.#form ?? this.#profile().ussd;
    try {
      await this.#execute(at.ussd(encode(code, form)));
    } catch (error) {
      if (!(error instanceof AtRefusal) || this.#form !== undefined) throw error;
      const other = form === 'plain' ? 'packed' : 'plain';
      await this.#execute(at.ussd(encode(code, other)));
      this.#form = other;
    }
  }
}

const refusals: Readonly<Record<number, string>> = {
  3: 'another program of the modem answered',
  4: 'the network does not support it',
  5: 'the network took too long',
};

function encode(code: string, form: ModemProfile['ussd']): string {
  if (form === 'plain') return code;
  return hexOfOctets(pack(Array.from(code).flatMap((char) => septets(char) ?? [])));
}

/** @param dcs data coding scheme of 3GPP TS 23.038 5 */
export function decodeUssd(text: string, dcs: number): string {
  const hex = /^([0-9A-F]{2})+$/i.test(text) ? octetsOfHex(text) : undefined;
  if (!hex) return text;
  const ucs2 = (octets: readonly number[]): string =>
    Buffer.from(octets.slice(0, octets.length & ~1))
      .swap16()
      .toString('utf16le');
  if ((dcs & 0xcc) === 0x48) return ucs2(hex);
  // Two octets of language in front.
  if (dcs === 17) return ucs2(hex.slice(2));
  if (dcs === 68) return Buffer.from(hex).toString('latin1');
  const unpacked = textOfSeptets(unpack(hex, Math.floor((hex.length * 8) / 7))).replace(/\r$/, '');
  // Digits alone may be the answer itself.
  return /^[\x20-\x7E\n\r£¥€]+$/.test(unpacked) && !/^\d{1,6}$/.test(text) ? unpacked : text;
}

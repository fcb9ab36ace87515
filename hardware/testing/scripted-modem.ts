import { memoryDevice, type MemoryDevice, type ProfileId } from '../src/index.ts';
import { personality } from '../src/emulator/index.ts';

/**
 * A modem that answers what it is asked from a list, at once, and says what it is told to say. Commands that a test answers
 * itself are named in `silent`.
 */
export class ScriptedModem {
  readonly device: MemoryDevice;
  /** Command lines in the order they came. */
  readonly heard: string[] = [];
  /** Commands that are not answered here. */
  readonly silent = new Set<string>();
  /** Command → lines of the answer, before the usual ones are looked at. */
  readonly answers = new Map<string, readonly string[]>();
  readonly #profile: ProfileId;
  #simGone = false;
  #input = '';

  constructor(profile: ProfileId) {
    this.#profile = profile;
    this.device = memoryDevice('scripted', (bytes) => this.#receive(bytes));
  }

  say(text: string): void {
    if (text === '+CSMINS: 1,0') this.#simGone = true;
    if (text === '+CSMINS: 1,1') this.#simGone = false;
    this.raw(`\r\n${text}\r\n`);
  }

  raw(text: string): void {
    this.device.send(Buffer.from(text, 'latin1'));
  }

  #receive(bytes: Uint8Array): void {
    this.#input += Buffer.from(bytes).toString('latin1');
    for (;;) {
      const end = Array.from(this.#input).findIndex((char) => '\r\x1A\x1B'.includes(char));
      if (end < 0) return;
      const text = this.#input.slice(0, end);
      this.#input = this.#input.slice(end + 1);
      if (text === '') continue;
      this.heard.push(text);
      if (!this.silent.has(text)) for (const line of this.#answer(text)) this.say(line);
    }
  }

  #answer(command: string): readonly string[] {
    const known = this.answers.get(command);
    if (known) return known;
    const { maker, model, firmware, iccid } = personality(this.#profile);
    if (command === `AT${iccid.command}`) return [`${iccid.prefix}89860012345678901234`, 'OK'];
    switch (command) {
      case 'AT+CGMI':
        return [maker, 'OK'];
      case 'AT+CGMM':
        return [model, 'OK'];
      case 'AT+CGMR':
        return [firmware, 'OK'];
      case 'AT+CGSN':
        return ['863012345678901', 'OK'];
      case 'AT+CIMI':
        return ['460001234567890', 'OK'];
      case 'AT+CPIN?':
        return this.#simGone ? ['+CME ERROR: 10'] : ['+CPIN: READY', 'OK'];
      case 'AT+CREG?':
        return ['+CREG: 2,1,"18DB","00F3A1C2"', 'OK'];
      case 'AT+COPS?':
        return ['+COPS: 0,0,"CHINA MOBILE",2', 'OK'];
      case 'AT+CSQ':
        return ['+CSQ: 18,99', 'OK'];
      // The states of a call come from the transcript alone.
      case 'AT+CLCC':
      case 'AT+CEER':
        return ['ERROR'];
      default:
        return ['OK'];
    }
  }
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const scenarios = join(import.meta.dirname, 'sipp');

/** Why sipp cannot be used, or undefined when it can. */
export function sippMissing(): string | undefined {
  return spawnSync('sh', ['-c', 'command -v sipp']).status === 0
    ? undefined
    : 'no sipp on PATH (Debian package sip-tester)';
}

/** A tone of 8 kHz samples. */
export function toneSamples(frequency: number, seconds: number): Int16Array {
  return Int16Array.from({ length: 8000 * seconds }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * frequency * i) / 8000)),
  );
}

/** A-law tone, raw, 8 kHz: what a party says. */
function tone(frequency: number, seconds: number): Buffer {
  return Buffer.from(Uint8Array.from(toneSamples(frequency, seconds), aLaw));
}

/** G.711 A-law of a 16-bit sample (ITU-T G.711). */
function aLaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, sample >= 0 ? sample : -sample - 1);
  const exponent = magnitude < 256 ? 0 : Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = exponent === 0 ? magnitude >> 4 : (magnitude >> (exponent + 3)) & 0x0f;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

/** A scenario whose party hears at another port and says nothing. */
function heardAt(scenario: string, port: number): string {
  return scenario.replaceAll('[auto_media_port]', String(port)).replaceAll(/.*rtp_stream.*\n/g, '');
}

/** Taken by a phone that is put on hold, or back. */
const renegotiation = `  <recv request="INVITE" />
  <send>
    <![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=phone 1 2 IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio [auto_media_port] RTP/AVP 8 96
      a=rtpmap:8 PCMA/8000
      a=rtpmap:96 telephone-event/8000
      a=fmtp:96 0-16

    ]]>
  </send>
  <recv request="ACK" />`;

/** Pauses (ms), keys, and `INVITE` (the phone is put on hold, or back) as steps of a scenario. */
function stepsOf(steps: readonly (number | string)[]): string {
  return steps
    .map((step) =>
      step === 'INVITE'
        ? renegotiation
        : typeof step === 'number'
          ? `  <pause milliseconds="${step}" />`
          : `  <nop><action><exec play_dtmf="${step}" /></action></nop>`,
    )
    .join('\n');
}

/** The same scenario in G.729 (RTP payload type 18). */
function inG729(scenario: string): string {
  return scenario
    .replaceAll('RTP/AVP 8', 'RTP/AVP 18')
    .replaceAll('rtpmap:8 PCMA/8000', 'rtpmap:18 G729/8000')
    .replaceAll('.al,-1,8"', '.g729,-1,18"');
}

export interface SippCall {
  readonly child: ChildProcess;
  /** Exit code: 0 when every message was as the scenario says. */
  readonly done: Promise<number>;
  stop(): void;
}

/** SIP parties played by sipp, all on loopback, all ended by `close`. */
export class SippParties {
  readonly #folder: string;
  readonly #running = new Set<ChildProcess>();
  #g729 = false;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'customer.al'), tone(440, 10));
    writeFileSync(join(folder, 'agent.al'), tone(880, 10));
    writeFileSync(join(folder, 'network.al'), tone(450, 10));
    writeFileSync(join(folder, 'machine.al'), tone(1000, 10));
  }

  /** What is heard of a carrier, or a phone, that is started afterwards, over and over. @param samples 8 kHz */
  say(who: 'customer' | 'agent' | 'network' | 'machine', samples: Int16Array): void {
    writeFileSync(join(this.#folder, `${who}.al`), Buffer.from(Uint8Array.from(samples, aLaw)));
  }

  /** Whoever is started afterwards speaks G.729 and nothing else: frames that nobody has to understand, as nobody between the ends does. */
  speakG729(): void {
    this.#g729 = true;
    for (const who of ['customer', 'agent', 'network'])
      writeFileSync(join(this.#folder, `${who}.g729`), Buffer.alloc(10_000, 0x5a));
  }

  /**
   * The carrier behind a gateway, listening on `port` until the end.
   * @param listenAt port that the callees' audio is sent to instead of sipp's own; they are silent then
   */
  carrier(port: number, listenAt?: number): SippCall {
    if (listenAt === undefined) return this.#run('carrier.xml', port, ['-aa', '127.0.0.1']);
    const file = join(this.#folder, `carrier-${port}.xml`);
    writeFileSync(file, heardAt(readFileSync(join(scenarios, 'carrier.xml'), 'utf8'), listenAt));
    return this.#run(file, port, ['-aa', '127.0.0.1']);
  }

  /** A carrier that refuses every call, e.g. with `503 Service Unavailable`. */
  refusing(port: number, status: string): SippCall {
    const file = join(this.#folder, `refuses-${port}.xml`);
    const template = readFileSync(join(scenarios, 'refuses.template.xml'), 'utf8');
    writeFileSync(file, template.replace('@STATUS@', status));
    return this.#run(file, port, ['-aa', '127.0.0.1']);
  }

  /** A carrier behind which every number is an echo. */
  echoing(port: number): SippCall {
    return this.#run('echo.xml', port, ['-aa', '-rtp_echo', '127.0.0.1']);
  }

  /** A carrier that takes registrations, for half a minute each. */
  registrar(port: number): SippCall {
    return this.#run('registrar.xml', port, ['-aa', '127.0.0.1']);
  }

  /** Registers a phone whose contact is `port`, once. */
  async register(extension: string, password: string, port: number, registrar: number): Promise<void> {
    const call = this.#run('register.xml', port, [
      '-s',
      extension,
      '-au',
      extension,
      '-ap',
      password,
      '-m',
      '1',
      `127.0.0.1:${registrar}`,
    ]);
    const code = await call.done;
    if (code !== 0) throw new Error(`phone ${extension} could not register (sipp ended with ${code})`);
  }

  /** A scanner that tries the same again and again, with a password that is wrong. @param at port of FreeSWITCH */
  flood(
    scenario: 'scanner-registers.xml' | 'scanner-calls.xml',
    flood: { readonly from: string; readonly at: number; readonly calls: number; readonly rate: number },
  ): SippCall {
    const { from, at, calls, rate } = flood;
    const own = ['-s', '1002', '-au', '1002', '-ap', 'guessed', '-m', `${calls}`, '-r', `${rate}`];
    return this.#run(
      scenario,
      scenario === 'scanner-calls.xml' ? 5060 : 5062,
      [...own, `127.0.0.1:${at}`],
      from,
    );
  }

  /** A phone that answers what rings on `port`. */
  answering(port: number): SippCall {
    return this.#run('phone-answers.xml', port, ['-aa', '127.0.0.1']);
  }

  /**
   * A phone dials; `steps` are pauses (ms) and keys in order.
   * @param listenAt port that the phone's audio is sent to instead of sipp's own; the phone is silent then
   */
  dial(
    extension: string,
    password: string,
    port: number,
    registrar: number,
    number: string,
    steps: readonly (number | string)[] = [],
    listenAt?: number,
  ): SippCall {
    const file = join(this.#folder, `dial-${extension}-${port}.xml`);
    let scenario = readFileSync(join(scenarios, 'phone-dials.template.xml'), 'utf8')
      .replaceAll('@NUMBER@', number)
      .replace('\n@STEPS@', `\n${stepsOf(steps)}`);
    if (listenAt !== undefined) scenario = heardAt(scenario, listenAt);
    writeFileSync(file, scenario);
    return this.#run(file, port, [
      '-s',
      extension,
      '-au',
      extension,
      '-ap',
      password,
      '-m',
      '1',
      `127.0.0.1:${registrar}`,
    ]);
  }

  /** A customer calls the branch; `steps` are pauses (ms) and keys in order, then the customer hangs up. */
  inbound(port: number, trunk: number, steps: readonly (number | string)[] = [9000]): SippCall {
    const scenario = readFileSync(join(scenarios, 'inbound.xml'), 'utf8');
    const file = join(this.#folder, `inbound-${port}.xml`);
    writeFileSync(file, scenario.replace('  <pause milliseconds="9000" />', stepsOf(steps)));
    return this.#run(file, port, ['-m', '1', `127.0.0.1:${trunk}`]);
  }

  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  #run(scenario: string, port: number, args: readonly string[], host = '127.0.0.1'): SippCall {
    let file = scenario.startsWith('/') ? scenario : join(scenarios, scenario);
    if (this.#g729) {
      const text = inG729(readFileSync(file, 'utf8'));
      file = join(this.#folder, `g729-${port}.xml`);
      writeFileSync(file, text);
    }
    const child = spawn(
      'sipp',
      [
        '-sf',
        file,
        '-i',
        host,
        '-p',
        String(port),
        '-mi',
        '127.0.0.1',
        '-nostdin',
        '-skip_rlimit',
        '-timeout',
        '170s',
        '-mp',
        String(20_000 + (port % 500) * 40),
        '-trace_err',
        '-error_file',
        join(this.#folder, `${host}-${port}.err`),
        ...args,
      ],
      { cwd: this.#folder, stdio: ['ignore', 'ignore', 'ignore'] },
    );
    this.#running.add(child);
    const done = new Promise<number>((resolve) => {
      child.once('exit', (code) => {
        this.#running.delete(child);
        resolve(code ?? 255);
      });
      child.once('error', () => resolve(255));
    });
    return { child, done, stop: () => void child.kill('SIGKILL') };
  }
}

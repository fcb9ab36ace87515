import { EventEmitter } from 'node:events';
import Type, { type Static, type TSchema } from 'typebox';
import { BranchlineError, check, problemOf, type IdSource } from '@branchline/shared';
import { argument, type RawEvent } from './event-socket.ts';
import {
  gatewayTarget,
  phoneTarget,
  renderVariables,
  siteTarget,
  spanTarget,
  type ChannelVariables,
} from './dial-string.ts';
import { marksOf, type Marks, type SwitchEvent } from './events.ts';
import type { SwitchLink } from './switch-link.ts';

/** A leg that FreeSWITCH has right now. */
export interface Channel {
  readonly leg: string;
  readonly direction: 'inbound' | 'outbound';
  readonly createdAt: number;
  readonly answered: boolean;
  readonly callerNumber: string;
  /** The leg it is bridged to. */
  readonly peer?: string;
  readonly marks: Marks;
  readonly answeredAt?: number;
  readonly bridgedAt?: number;
}

interface SwitchEvents {
  up: [coreId: string];
  down: [reason: Error];
  event: [event: SwitchEvent];
  /** An originate that made no channel, or whose channel is already ending. */
  failed: [leg: string, cause: string];
}

export interface OriginateRequest {
  /** The id the leg will have. */
  readonly leg: string;
  readonly to:
    | { readonly gateway: string; readonly number: string }
    /** Over FreeTDM. */
    | { readonly span: string; readonly hunt: 'up' | 'down'; readonly number: string }
    | { readonly extension: string; readonly domain: string }
    /** Another site's box, `host:port`, which lets the call in for its ticket. */
    | { readonly site: string; readonly ticket: string };
  readonly variables: ChannelVariables;
  /** What the far end sees. */
  readonly callerId: string;
  /** How long it may ring, seconds (whole). FreeSWITCH's timers fire up to 1 s early. */
  readonly timeoutSeconds: number;
  /** Dialplan commands run at the moment of the answer, by FreeSWITCH itself. */
  readonly onAnswer?: string;
}

const leg = (id: string): string => {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id))
    throw new BranchlineError('BL_SWITCH_ARGUMENT', { name: 'leg', problem: 'not a channel id' });
  return id;
};

const word = (name: string, value: string): string => {
  if (!/^[A-Za-z0-9*#_.+-]{1,80}$/.test(value))
    throw new BranchlineError('BL_SWITCH_ARGUMENT', { name, problem: 'not a plain word' });
  return value;
};

const plainPath = (file: string): string => {
  if (/[\s'"{}$;]/.test(file))
    throw new BranchlineError('BL_SWITCH_ARGUMENT', { name: 'file', problem: 'not a plain path' });
  return argument('file', file);
};

/** Typed commands and events of FreeSWITCH: the only way to it. */
export class Switch extends EventEmitter<SwitchEvents> {
  readonly #link: SwitchLink;
  readonly #ids: IdSource;
  /** Running originates: job → leg. */
  readonly #jobs = new Map<string, string>();

  constructor(link: SwitchLink, ids: IdSource) {
    super();
    this.#link = link;
    this.#ids = ids;
    link.on('up', (coreId) => this.emit('up', coreId));
    link.on('down', (reason) => {
      this.#jobs.clear();
      this.emit('down', reason);
    });
    link.on('event', (event) => this.#onEvent(event));
  }

  get up(): boolean {
    return this.#link.up;
  }

  /**
   * Starts a call. Resolves when FreeSWITCH accepted the order, which says nothing about the callee; `failed`, `answered`
   * and `hungup` tell the rest.
   */
  async originate(request: OriginateRequest): Promise<void> {
    const target = targetOf(request.to);
    const variables = renderVariables({
      ...request.variables,
      origination_uuid: leg(request.leg),
      origination_caller_id_number: request.callerId,
      origination_caller_id_name: request.callerId,
      originate_timeout: request.timeoutSeconds,
      // Read and thrown away, so that it can be listened to.
      ignore_early_media: 'consume',
      execute_on_answer: request.onAnswer,
    });
    const job = this.#ids();
    this.#jobs.set(job, request.leg);
    try {
      await this.#link.bgapi(`originate ${variables}${target} &park()`, job);
    } catch (error) {
      this.#jobs.delete(job);
      throw error;
    }
  }

  /** Asks FreeTDM. @throws BranchlineError `BL_SWITCH_ARGUMENT` for what is no command of its own */
  ftdm(command: string): Promise<string> {
    if (!/^ftdm [a-z]/.test(command))
      throw new BranchlineError('BL_SWITCH_ARGUMENT', { name: 'ftdm', problem: command.slice(0, 40) });
    return this.#link.api(argument('ftdm', command));
  }

  bridge(a: string, b: string): Promise<void> {
    return this.#ok(`uuid_bridge ${leg(a)} ${leg(b)}`);
  }

  /** Ends all legs on a line. */
  hangupLine(line: string, cause: string): Promise<void> {
    return this.#ok(`hupall ${word('cause', cause)} bl_line ${word('line', line)}`);
  }

  /** Answers a leg that came in and was parked while it rang. */
  answer(id: string): Promise<void> {
    return this.#ok(`uuid_answer ${leg(id)}`);
  }

  hangup(id: string, cause = 'NORMAL_CLEARING'): Promise<void> {
    return this.#ok(`uuid_kill ${leg(id)} ${word('cause', cause)}`);
  }

  transfer(id: string, extension: string, context: string): Promise<void> {
    return this.#ok(
      `uuid_transfer ${leg(id)} ${word('extension', extension)} XML ${word('context', context)}`,
    );
  }

  /** Takes a leg out of whatever it does; it waits there. */
  park(id: string): Promise<void> {
    return this.#ok(`uuid_park ${leg(id)}`);
  }

  /**
   * Lets a leg hear another one and whoever that is bridged to. `whisper` is heard on the other leg alone, `barge` by both.
   * @param then what the leg does when the other one has ended
   */
  async eavesdrop(
    id: string,
    target: string,
    mode: 'listen' | 'whisper' | 'barge',
    then: 'hangup' | 'park' = 'hangup',
  ): Promise<void> {
    await this.setVariables(id, {
      // What is said is mixed into what the target hears (`bleg`), and into what is heard of it (`aleg`).
      eavesdrop_whisper_bleg: mode === 'listen' ? '' : 'true',
      eavesdrop_whisper_aleg: mode === 'barge' ? 'true' : '',
    });
    const after = then === 'park' ? ',park' : '';
    await this.#ok(`uuid_transfer ${leg(id)} eavesdrop:${leg(target)}${after} inline`);
  }

  /** Sets variables on a live leg; an empty value removes one. */
  setVariables(id: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(variables).map(([name, value]) => {
      if (/[;=]/.test(value))
        throw new BranchlineError('BL_SWITCH_ARGUMENT', { name, problem: 'it contains ; or =' });
      return `${word('variable', name)}=${argument(name, value)}`;
    });
    return this.#ok(`uuid_setvar_multi ${leg(id)} ${pairs.join(';')}`);
  }

  /**
   * Cancels everything scheduled for a leg: our process has taken it over from the dead man's switch.
   * @returns how many timers were cancelled
   */
  async cancelTimers(id: string): Promise<number> {
    const reply = await this.#link.api(`sched_del ${leg(id)}`);
    return Number(/Deleted: (\d+)/.exec(reply)?.[1] ?? 0);
  }

  /**
   * Sets the dead man's switch of a leg anew: unless something else is ordered before, FreeSWITCH takes it to an extension by itself.
   * @param seconds whole ones; FreeSWITCH's timers fire up to 1 s early
   */
  async guard(id: string, seconds: number, extension: string, context: string): Promise<void> {
    // Written together: no crash of ours finds the leg without a timer.
    const cancelled = this.cancelTimers(id);
    const set = this.#ok(
      `sched_transfer +${Math.ceil(seconds)} ${leg(id)} ${word('extension', extension)} XML ${word('context', context)}`,
    );
    await Promise.all([cancelled, set]);
  }

  /** @param limitSeconds FreeSWITCH ends it by itself after so long; 0: with the leg */
  startRecording(id: string, file: string, limitSeconds = 0): Promise<void> {
    const limit = limitSeconds > 0 ? ` ${Math.ceil(limitSeconds)}` : '';
    return this.#ok(`uuid_record ${leg(id)} start ${plainPath(file)}${limit}`);
  }

  /** The file is whole when `recorded` is told. */
  stopRecording(id: string, file: string): Promise<void> {
    return this.#ok(`uuid_record ${leg(id)} stop ${plainPath(file)}`);
  }

  /** What is said from now on is silence in the recording, until it is asked for again. */
  maskRecording(id: string, file: string, masked: boolean): Promise<void> {
    return this.#ok(`uuid_record ${leg(id)} ${masked ? 'mask' : 'unmask'} ${plainPath(file)}`);
  }

  /** The other side hears music while a leg is held. `held` and `unheld` tell when: the reply says nothing (measured). */
  hold(id: string, held: boolean): Promise<void> {
    return this.#ok(`uuid_hold ${held ? '' : 'off '}${leg(id)}`);
  }

  /** Whoever speaks on a muted leg is not heard. */
  mute(id: string, muted: boolean): Promise<void> {
    return this.#ok(`uuid_audio ${leg(id)} ${muted ? 'start read mute 1' : 'stop'}`);
  }

  /** Sends digits to whoever is at the far end of a leg, one after the other; nobody here is told of them. */
  sendDigits(id: string, digits: string): Promise<void> {
    if (!/^[0-9*#]{1,32}$/.test(digits))
      throw new BranchlineError('BL_SWITCH_ARGUMENT', { name: 'digits', problem: 'not 1 to 32 digits' });
    return this.#ok(`uuid_send_dtmf ${leg(id)} ${digits}`);
  }

  /** Plays a file or tone to one leg. */
  play(id: string, sound: string): Promise<void> {
    return this.#ok(`uuid_broadcast ${leg(id)} ${argument('sound', sound)} aleg`);
  }

  /** Plays to a leg and to the one it is bridged to, one after the other with what they say. */
  playToBoth(id: string, sound: string): Promise<void> {
    return this.#ok(`uuid_broadcast ${leg(id)} ${argument('sound', sound)} both`);
  }

  stopPlaying(id: string): Promise<void> {
    return this.#ok(`uuid_break ${leg(id)} all`);
  }

  /** Every live leg, with our marks. */
  async channels(): Promise<Channel[]> {
    const reply = await this.#link.api('show channels as json');
    const { rows = [] } = parse(Rows, reply, 'show channels');
    const channels = await Promise.all(rows.map((row) => this.#channel(row)));
    return channels.filter((channel) => channel !== undefined);
  }

  /** The ids of all live legs: cheap enough to be asked every second. */
  async legs(): Promise<ReadonlySet<string>> {
    const { rows = [] } = parse(Rows, await this.#link.api('show channels as json'), 'show channels');
    return new Set(rows.map((row) => row['uuid'] ?? ''));
  }

  async #channel(row: Record<string, string>): Promise<Channel | undefined> {
    const id = row['uuid'] ?? '';
    const dump = await this.#link.api(`uuid_dump ${leg(id)} json`);
    // It ended between the two commands.
    if (dump.startsWith('-ERR')) return undefined;
    const data: RawEvent = parse(Dump, dump, 'uuid_dump');
    const value = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
    const time = (name: string): number | undefined =>
      Math.round(Number(value(name) || 0) / 1000) || undefined;
    // `bridge_uuid` and `signal_bond` stay behind after a bridge; `bridge_to` alone is cleared.
    const peer = value('variable_bridge_to');
    const answeredAt = time('Caller-Channel-Answered-Time');
    const bridgedAt = time('Caller-Channel-Bridged-Time');
    return {
      leg: id,
      direction: row['direction'] === 'inbound' ? 'inbound' : 'outbound',
      createdAt: time('Caller-Channel-Created-Time') ?? 0,
      answered: value('Answer-State') === 'answered',
      callerNumber: value('Caller-Caller-ID-Number'),
      marks: marksOf(data),
      ...(peer && { peer }),
      ...(answeredAt && { answeredAt }),
      ...(bridgedAt && { bridgedAt }),
    };
  }

  /** Registered desk phones. */
  async registrations(): Promise<{ extension: string; userAgent: string }[]> {
    const reply = await this.#link.api('show registrations as json');
    const { rows = [] } = parse(Rows, reply, 'show registrations');
    return rows.map((row) => ({ extension: row['reg_user'] ?? '', userAgent: '' }));
  }

  async version(): Promise<string> {
    return (await this.#link.api('version')).trim();
  }

  /** Whether a gateway can take calls: UP or not pinged, and registered where it registers. */
  async gatewayUp(gateway: string): Promise<boolean | undefined> {
    const reply = await this.#link.api(`sofia xmlstatus gateway ${word('gateway', gateway)}`);
    if (reply.startsWith('Invalid Gateway')) return undefined;
    const state = /<state>(\w+)<\/state>/.exec(reply)?.[1] ?? '';
    const status = /<status>(\w+)<\/status>/.exec(reply)?.[1] ?? '';
    return status !== 'DOWN' && (state === 'REGED' || state === 'NOREG');
  }

  /** For the configuration: any command of the given list, with its reply as it came. */
  control(
    command:
      | `reloadxml`
      | `reloadacl`
      | `reloadcert`
      | `reload ${string}`
      | `load ${string}`
      | `module_exists ${string}`
      | `global_getvar ${string}`
      | `sofia ${string}`
      | `fsctl ${string}`,
  ): Promise<string> {
    return this.#link.api(argument('command', command));
  }

  async #ok(command: string): Promise<void> {
    const reply = (await this.#link.api(command)).trim();
    if (!reply.startsWith('+OK'))
      throw new BranchlineError('BL_SWITCH_REFUSED', {
        command: command.slice(0, 80),
        reply: reply.slice(0, 200),
      });
  }

  #onEvent(event: SwitchEvent): void {
    if (event.type === 'job') {
      const target = this.#jobs.get(event.job);
      this.#jobs.delete(event.job);
      if (target && event.result.startsWith('-'))
        this.emit('failed', target, /^-ERR\s+(\S+)/.exec(event.result)?.[1] ?? 'UNKNOWN');
      return;
    }
    this.emit('event', event);
  }
}

function targetOf(to: OriginateRequest['to']): string {
  if ('gateway' in to) return gatewayTarget(to.gateway, to.number);
  if ('span' in to) return spanTarget(to.span, to.hunt, to.number);
  if ('site' in to) return siteTarget(to.site, to.ticket);
  return phoneTarget(to.extension, to.domain);
}

const Row = Type.Record(Type.String(), Type.String());
/** `rows` is missing when there are none. */
const Rows = Type.Object({ rows: Type.Optional(Type.Array(Row)) });
const Dump = Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]));

function parse<const S extends TSchema>(schema: S, reply: string, command: string): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(reply);
  } catch (error) {
    throw new BranchlineError('BL_SWITCH_REFUSED', {
      command,
      reply: `${reply.slice(0, 100)} (${problemOf(error)})`,
    });
  }
  return check(schema, value, 'BL_SWITCH_REFUSED', { command, reply: reply.slice(0, 100) });
}

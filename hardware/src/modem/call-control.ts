import { BranchlineError, type Clock, type Judgement, type Timer } from '@branchline/shared';
import { at, AtRefusal, refusalCode } from '../at/index.ts';
import { judge, type CallEvidence } from './call-outcome.ts';
import {
  idleCall,
  type CallEffect,
  type CallInput,
  type CallState,
  type CallTimer,
  type ModemCall,
} from './call.ts';
import { nextCall } from './call-machine.ts';
import { causeInText, optional, type Execute } from './procedures.ts';
import type { AnswerSupervision, ModemProfile } from './profile.ts';
import { fieldsOf, readListed, type CallReport } from './report.ts';

/** What a call's owner is told, in order. */
export type CallEvent =
  | { readonly what: 'incoming' | 'alerting'; readonly call: ModemCall }
  | { readonly what: 'answered'; readonly call: ModemCall; readonly supervision: AnswerSupervision }
  | { readonly what: 'ended'; readonly call: ModemCall; readonly end: CallEnd };

export interface CallEnd extends Judgement {
  readonly evidence: CallEvidence;
}

export interface CallControlOptions {
  readonly clock: Clock;
  readonly execute: Execute;
  /** Of the modem that is plugged in now. */
  readonly profile: () => ModemProfile;
  readonly event: (event: CallEvent) => void;
  /** A modem that does not end a call is restarted. */
  readonly restart: () => void;
}

/** A call that goes on is compared with the modem's list this often, ms. */
const listQuietlyMs = 5_000;

/** Runs the call machine of one modem: commands, timers and the modem's own list of calls. */
export class CallControl {
  readonly #options: CallControlOptions;
  readonly #timers = new Map<CallTimer | 'list', Timer>();
  #state: CallState = idleCall;

  constructor(options: CallControlOptions) {
    this.#options = options;
  }

  get state(): CallState {
    return this.#state;
  }

  dispatch(input: CallInput): void {
    const before = this.#state;
    const { state, effects } = nextCall(before, input);
    this.#state = state;
    if (before.at !== state.at) this.#planList();
    for (const effect of effects) this.#perform(effect);
  }

  /** Whether calls were left over from before: one that rings is taken over, any other is ended. */
  async takeStock(): Promise<void> {
    await this.#list();
  }

  /** Plays one key to the other side. @throws AtRefusal; BranchlineError `BL_MODEM_STATE` without a call */
  async tone(key: string): Promise<void> {
    if (this.#state.at !== 'active')
      throw new BranchlineError('BL_MODEM_STATE', { state: this.#state.at, action: 'play a tone' });
    await this.#options.execute(this.#options.profile().tone(key, this.#state.call.id ?? 1));
  }

  #perform(effect: CallEffect): void {
    switch (effect.do) {
      case 'command':
        this.#command(effect);
        return;
      case 'timer':
        this.#arm(effect.timer, effect.ms, () =>
          this.dispatch({ type: 'timer', timer: effect.timer, at: this.#now() }),
        );
        return;
      case 'tell':
        this.#options.event(
          effect.what === 'answered'
            ? { what: 'answered', call: effect.call, supervision: this.#options.profile().answerSupervision }
            : { what: effect.what, call: effect.call },
        );
        return;
      case 'ended':
        this.#ended(effect.call, effect.evidence);
    }
  }

  #ended(call: ModemCall, evidence: CallEvidence): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    const { answerSupervision, fallback, audio } = this.#options.profile();
    if (audio.afterEnd) this.#run(optional(this.#options.execute(audio.afterEnd)));
    const judged = judge(evidence, answerSupervision, fallback);
    this.#options.event({ what: 'ended', call, end: { ...judged, evidence } });
  }

  #command({ command, number }: Extract<CallEffect, { do: 'command' }>): void {
    const { execute, restart } = this.#options;
    switch (command) {
      case 'dial':
        return this.#run(this.#dial(number ?? ''));
      case 'answer':
        return this.#run(this.#answer());
      case 'hang-up':
        return this.#run(optional(execute(at.hangUp, true)).then(() => this.#list()));
      case 'hang-up-old':
        return this.#run(optional(execute(at.hangUpOld, true)).then(() => this.#list()));
      case 'restart':
        return restart();
      case 'cause':
        return this.#run(this.#askCause());
    }
  }

  /** Failures of the port are the modem's to handle; the call hears of them as `line-lost`. */
  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (error instanceof AtRefusal) this.#refused(error);
    });
  }

  #refused(error: AtRefusal): void {
    const code = refusalCode(error, 'cme');
    const word = error.callWord;
    this.dispatch({
      type: 'refused',
      at: this.#now(),
      ...(code !== undefined && { code }),
      ...(word && { word }),
    });
  }

  async #dial(number: string): Promise<void> {
    const { execute, profile } = this.#options;
    const { beforeDial, afterDial } = profile().audio;
    if (beforeDial) await optional(execute(beforeDial));
    await execute(at.dial(number), true);
    if (afterDial && this.#state.at !== 'idle') await optional(execute(afterDial));
  }

  async #answer(): Promise<void> {
    const { execute, profile } = this.#options;
    await execute(at.answer, true);
    // For a call that came in, the OK is the proof; on dialing it is none.
    this.dispatch({ type: 'report', report: { type: 'call', stage: 'active' }, at: this.#now() });
    const { afterAnswer } = profile().audio;
    if (afterAnswer) await optional(execute(afterAnswer));
  }

  async #askCause(): Promise<void> {
    const line = (await optional(this.#options.execute(at.lastCause)))?.[0];
    const cause = line === undefined ? undefined : causeInText(line);
    if (cause !== undefined) this.dispatch({ type: 'cause', cause, at: this.#now() });
  }

  async #list(): Promise<void> {
    const before = this.#state;
    const lines = await optional(this.#options.execute(at.listCalls));
    // A list that was asked for before the call changed says nothing about it now.
    if (!lines || before.at !== this.#state.at) return;
    const calls = lines
      .map((line) => readListed(fieldsOf(line)))
      .filter((call): call is CallReport => !!call);
    this.dispatch({ type: 'listed', calls, at: this.#now() });
  }

  #planList(): void {
    const state = this.#state.at;
    if (state === 'idle' || state === 'settling') {
      this.#timers.get('list')?.cancel();
      return;
    }
    const quiet = state === 'active' || state === 'incoming';
    const ms = quiet ? listQuietlyMs : this.#options.profile().listEveryMs;
    this.#arm('list', ms, () => {
      this.#run(this.#list().finally(() => this.#planList()));
    });
  }

  #arm(name: CallTimer | 'list', ms: number, action: () => void): void {
    this.#timers.get(name)?.cancel();
    this.#timers.set(name, this.#options.clock.schedule(ms, action));
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

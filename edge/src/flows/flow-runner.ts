import {
  nextFlow,
  problemOf,
  readPhoneNumber,
  startFlow,
  stepOf,
  type Clock,
  type ClockTrust,
  type EdgeFlow,
  type FlowInput,
  type FlowOrder,
  type FlowProgress,
  type FlowState,
  type IdSource,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Call, Calls } from '../calls/index.ts';
import { waitingSound } from '../queues/index.ts';
import type { Ledger, NewRow } from '../store/index.ts';
import type { Switch, SwitchEvent } from '../switch/index.ts';
import { contexts, playable, survival } from '../switch/configuration/index.ts';
import { lookUp } from './look-up.ts';
import type { PromptSounds } from './prompt-sounds.ts';
import type { Recogniser } from './recogniser.ts';
import { Speech } from './speech.ts';
import { utteranceRules } from './utterance.ts';

export interface FlowRunnerOptions {
  readonly switch: Switch;
  readonly calls: () => Calls;
  readonly ledger: Pick<Ledger, 'storeOptout'>;
  readonly sounds: PromptSounds;
  /** Makes words of what callers say; absent: keys alone. */
  readonly recogniser: Recogniser | undefined;
  /** Where what is listened to is written, for moments. */
  readonly listeningFolder: string;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** Business ms per real ms. */
  readonly speed: number;
  /** A flow in force. */
  readonly flow: (id: string) => EdgeFlow | undefined;
  readonly site: () => { readonly zone: string; readonly region: string };
  /** Where a caller's message is recorded. */
  readonly voicemailPath: (leg: string) => string;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** A person is not called any more, from this moment. */
  readonly onOptout: (number: string, campaign: string | undefined) => void;
}

/** FreeSWITCH takes a leg to the survival form so long after we should have given the next order, seconds. */
const graceSeconds = 15;

/** What is heard where a prompt has no sound, and before a message is recorded. */
const tone = { file: 'tone_stream://%(400,100,425)', ms: 500 };

/** So long a caller waits for sounds that are being made, real ms: within FreeSWITCH's own patience with us. */
const soundsPatienceMs = 1000;

/** So long nothing is heard while a program is asked: most answer sooner, ms. */
const silenceMs = 500;

/** FreeSWITCH begins to play a moment after it was told, ms. */
const playDelayMs = 200;

interface Running {
  readonly flow: EdgeFlow;
  state: FlowState;
  /** What comes next by itself. */
  timer?: { cancel(): void };
  voicemail?: string;
  /** The sound was told to stop. */
  stopped?: Promise<void>;
}

/** Leads calls through their flows: carries out what the flow machine orders, over the switch. */
export class FlowRunner {
  readonly #options: FlowRunnerOptions;
  readonly #running = new Map<string, Running>();
  readonly #speech: Speech | undefined;

  constructor(options: FlowRunnerOptions) {
    this.#options = options;
    const { recogniser, listeningFolder: folder, switch: recorder, ids, log } = options;
    this.#speech =
      recogniser &&
      new Speech({
        recorder,
        recogniser,
        folder,
        ids,
        log,
        onSpeaks: (call) => this.#onSpeaks(call, recogniser.deadlineMs),
        onHeard: (call, text) => this.#onHeard(call, text),
      });
  }

  /** Takes a call into its flow, or on from where it was when our process ended. */
  run(call: Call): void {
    const { sounds, calls } = this.#options;
    // Just after a start, and after a change of the texts, the sounds are still being made.
    const patience = new Promise<void>((resolve) => setTimeout(resolve, soundsPatienceMs));
    void Promise.race([sounds.ready(), patience]).then(() => {
      const now = calls().get(call.id);
      if (now?.phase === 'flow') this.#begin(now);
    });
  }

  #begin(call: Call): void {
    const { business, flow: flowOf, site } = this.#options;
    const at = business.now();
    const flow = flowOf(call.flow ?? '');
    // A flow that had ended as our process did: what it ordered may be lost.
    if (!flow || call.flowState?.outcome !== undefined) return this.#giveUp(call);
    const { customer: caller, callerId: called } = call;
    const progress = call.flowState
      ? nextFlow(flow.flow, call.flowState, { type: 'resumed', at })
      : startFlow(flow.flow, { caller, called, zone: site().zone, at });
    const running: Running = { flow, state: progress.state };
    this.#running.set(call.id, running);
    this.#went(call, running, progress);
  }

  /** Events of the customer's leg. */
  onEvent(call: Call, event: SwitchEvent): void {
    if (event.type === 'dtmf') this.#input(call.id, { type: 'key', key: event.digit, at: event.at });
    if (event.type !== 'recorded') return;
    if (this.#running.get(call.id)?.voicemail === event.file)
      this.#input(call.id, { type: 'recorded', at: event.at });
  }

  /** A call that is in no flow any more: it has ended, or was taken out of it. */
  onChange(call: Call): void {
    if (call.phase === 'flow' || call.phase === 'answered') return;
    if (call.phase === 'ended') this.#hungUp(call);
    const running = this.#running.get(call.id);
    running?.timer?.cancel();
    this.#running.delete(call.id);
    this.#speech?.stop(call.id);
  }

  /** Nobody is cut off by the time for a key while they speak. */
  #onSpeaks(id: string, deadlineMs: number): void {
    const call = this.#options.calls().get(id);
    if (call && this.#running.get(id)?.state.doing === 'listening')
      this.#next(call, (utteranceRules.longestMs + deadlineMs) * this.#options.speed, { type: 'timeout' });
  }

  /** What was not understood costs nothing: there is the whole time for a key again. */
  #onHeard(id: string, text: string | undefined): void {
    const { calls, business } = this.#options;
    const running = this.#running.get(id);
    const before = running?.state;
    if (text !== undefined) this.#input(id, { type: 'said', text, at: business.now() });
    const call = calls().get(id);
    if (!call || !running || running.state !== before || before.doing !== 'listening') return;
    const step = stepOf(running.flow.flow, before.step);
    if (step?.kind === 'menu') this.#next(call, step.timeoutSeconds * 1000, { type: 'timeout' });
  }

  /** Where words stand for keys the caller is listened to, from the first sound of the menu on. */
  #listenForWords({ id, leg }: Call, { flow, state }: Running): void {
    const step = state.outcome === undefined ? stepOf(flow.flow, state.step) : undefined;
    const words = step?.kind === 'menu' ? (step.speech ?? []).map(({ says }) => says) : [];
    if (words.length > 0) this.#speech?.listen({ call: id, leg, words, turn: state.entered });
    else this.#speech?.stop(id);
  }

  /** A call that ended while our process was away is in no flow that runs, but was in one. */
  #hungUp(call: Call): void {
    const { business, flow: flowOf } = this.#options;
    const flow = flowOf(call.flow ?? '');
    const state = call.flowState;
    if (!this.#running.has(call.id) && flow && state && state.outcome === undefined)
      this.#running.set(call.id, { flow, state });
    this.#input(call.id, { type: 'hungup', at: business.now() });
  }

  #input(id: string, input: FlowInput): void {
    const running = this.#running.get(id);
    if (!running) return;
    const progress = nextFlow(running.flow.flow, running.state, input);
    if (progress.state === running.state) return;
    running.state = progress.state;
    const call = this.#options.calls().get(id);
    if (call) this.#went(call, running, progress);
    else if (progress.state.outcome !== undefined) this.#ended(id, running);
  }

  /** The flow is somewhere else: the call keeps where, and what follows is done. */
  #went(call: Call, running: Running, { state, effects }: FlowProgress): void {
    const { calls, business } = this.#options;
    if (state.outcome !== undefined) this.#ended(call.id, running);
    calls().input(call.id, { type: 'flow-state', state, at: business.now() });
    // A restart goes on from the step, not from the key; that a message was begun decides what the call was.
    const kept = calls().get(call.id);
    const before = call.flowState;
    const records = state.doing === 'recording' && before?.doing !== 'recording';
    if (kept && (before?.step !== state.step || records)) calls().save(kept);
    for (const order of effects) this.#perform(call, order);
    this.#listenForWords(call, running);
  }

  #ended(call: string, { flow, state }: Running): void {
    const { business, clockTrust, ids, tell } = this.#options;
    tell({
      stream: 'event',
      row: {
        at: business.now(),
        clock: clockTrust(),
        id: ids(),
        type: 'flow',
        call,
        flow: flow.id,
        version: flow.version,
        outcome: state.outcome ?? 'failed',
        step: state.step,
      },
    });
  }

  #perform(call: Call, order: FlowOrder): void {
    const { switch: fs, business, voicemailPath, calls } = this.#options;
    const at = business.now();
    switch (order.do) {
      case 'play':
        return this.#play(call, order.prompts);
      case 'stop-playing':
        return this.#stopPlaying(call);
      case 'listen':
        return this.#next(call, order.ms, { type: 'timeout' });
      case 'look-up':
        return void this.#lookUp(call, order);
      case 'answer':
        return this.#answer(call, order.question, order.answer);
      case 'opt-out':
        this.#guard(call, 0);
        void this.#optOut(call, order.scope);
        return;
      case 'record': {
        const running = this.#running.get(call.id);
        const file = voicemailPath(call.leg);
        if (running) running.voicemail = file;
        this.#order(call, 'record', fs.startRecording(call.leg, file, order.maxSeconds));
        return this.#next(call, (order.maxSeconds + 2) * 1000, { type: 'recorded' });
      }
      case 'queue': {
        const { do: _do, ...into } = order;
        // Music and agents find the leg silent.
        void (this.#running.get(call.id)?.stopped ?? Promise.resolve()).then(() =>
          calls().input(call.id, { type: 'leave-flow', ...into, at: business.now() }),
        );
        return;
      }
      case 'transfer':
        return calls().input(call.id, { type: 'ring-phones', phones: order.phones, at });
      case 'hang-up':
        return calls().input(call.id, { type: 'end', by: 'system', at });
      case 'give-up':
        return this.#giveUp(call);
    }
  }

  /** Asks a program elsewhere; who waits for it longer than a moment hears that the line is not dead. */
  async #lookUp(call: Call, order: Extract<FlowOrder, { do: 'look-up' }>): Promise<void> {
    const { switch: fs, business, sounds } = this.#options;
    const running = this.#running.get(call.id);
    this.#guard(call, order.deadlineMs);
    let heard = false;
    const patience = business.schedule(silenceMs, () => {
      heard = true;
      const sound = waitingSound(order.prompt, [], (name) => sounds.of(call.flow ?? '', name)?.files ?? []);
      this.#order(call, 'play', fs.play(call.leg, sound));
    });
    if (running) running.timer = patience;
    const value = await lookUp(order.url, order.field, business, order.deadlineMs);
    patience.cancel();
    if (!running || this.#running.get(call.id) !== running) return;
    if (heard) this.#stopPlaying(call);
    const at = business.now();
    this.#input(call.id, value === undefined ? { type: 'not-found', at } : { type: 'found', value, at });
  }

  /** An inbound caller gets to people, unless they had one; nobody is kept on the line of a call that we placed. */
  #giveUp(call: Call): void {
    const { business, calls } = this.#options;
    const at = business.now();
    if (call.direction === 'inbound' && call.partedAt === undefined)
      calls().input(call.id, { type: 'ring-phones', phones: [], at });
    else calls().input(call.id, { type: 'end', by: 'system', at });
  }

  #stopPlaying(call: Call): void {
    const running = this.#running.get(call.id);
    const stopped = this.#options.switch.stopPlaying(call.leg);
    this.#order(call, 'stop playing', stopped);
    if (running) running.stopped = stopped.catch(() => undefined);
  }

  #play(call: Call, prompts: readonly string[]): void {
    const { switch: fs, sounds, flow, calls, business } = this.#options;
    const step = this.#running.get(call.id);
    const notice =
      calls().get(call.id)?.noticedAt === undefined ? sounds.ofText(call.notice ?? '') : undefined;
    const found = [
      ...(notice ? [notice] : []),
      ...prompts.map((prompt) => sounds.of(call.flow ?? '', prompt)),
    ];
    const files = found.flatMap((sound) => sound?.files ?? [tone.file]);
    const records = flow(call.flow ?? '')?.flow.steps.some(
      ({ id, kind }) => id === step?.state.step && kind === 'voicemail',
    );
    if (records === true) files.push(tone.file);
    const ms = found.reduce((sum, sound) => sum + (sound?.ms ?? tone.ms), records === true ? tone.ms : 0);
    this.#order(call, 'play', fs.play(call.leg, playable(files)));
    if (notice) calls().input(call.id, { type: 'noticed', at: business.now() });
    this.#next(call, ms + playDelayMs * this.#options.speed, { type: 'played' });
  }

  /** What follows after a while, with us or without us. */
  #next(call: Call, ms: number, input: { type: 'played' | 'timeout' | 'recorded' }): void {
    const { business } = this.#options;
    const running = this.#running.get(call.id);
    if (!running) return;
    running.timer?.cancel();
    running.timer = business.schedule(ms, () => this.#input(call.id, { ...input, at: business.now() }));
    this.#guard(call, ms);
  }

  /** The dead man's switch: without us the leg is served by FreeSWITCH alone. */
  #guard(call: Call, ms: number): void {
    const { switch: fs, speed } = this.#options;
    const seconds = ms / speed / 1000 + graceSeconds;
    const talked = call.partedAt !== undefined;
    const alone = call.direction === 'inbound' ? survival.fallback : survival.safeHarbour;
    const extension = talked ? survival.afterCall : alone;
    this.#order(call, 'guard', fs.guard(call.leg, seconds, extension, contexts.survival));
  }

  #answer(call: Call, question: string, answer: string): void {
    const { business, clockTrust, ids, tell } = this.#options;
    tell({
      stream: 'event',
      row: {
        at: business.now(),
        clock: clockTrust(),
        id: ids(),
        type: 'survey',
        call: call.id,
        flow: call.flow ?? '',
        question,
        answer,
        ...(call.campaign !== undefined && { campaign: call.campaign }),
        ...((call.agent ?? call.lastAgent) !== undefined && { agent: call.agent ?? call.lastAgent }),
      },
    });
  }

  /** In force here at once; the flow goes on when the disk has it. */
  async #optOut(call: Call, scope: 'campaign' | 'all'): Promise<void> {
    const { ledger, business, clockTrust, ids, site, onOptout, log } = this.#options;
    const at = business.now();
    const campaign = scope === 'campaign' ? call.campaign : undefined;
    try {
      const number = readPhoneNumber(call.customer, site().region).e164;
      onOptout(number, campaign);
      const row = { at, clock: clockTrust(), id: ids(), number, call: call.id };
      await ledger.storeOptout({
        number,
        campaign: campaign ?? '',
        at,
        rows: [{ stream: 'optout', row: { ...row, ...(campaign !== undefined && { campaign }) } }],
      });
      this.#input(call.id, { type: 'stored', at: business.now() });
    } catch (error) {
      log.error(
        { call: call.id, problem: problemOf(error) },
        'an opt-out keyed by a caller could not be stored',
      );
      this.#input(call.id, { type: 'not-stored', at: business.now() });
    }
  }

  #order(call: Call, what: string, action: Promise<void>): void {
    // The leg may be gone already; its own event tells the rest.
    action.catch((error: unknown) =>
      this.#options.log.debug(
        { call: call.id, what, problem: problemOf(error) },
        'an order of a flow was not taken',
      ),
    );
  }
}

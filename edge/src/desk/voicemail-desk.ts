import { existsSync } from 'node:fs';
import {
  BranchlineError,
  type Agent,
  type Clock,
  type ClockTrust,
  type DeskAct,
  type DeskVoicemail,
  type IdSource,
  type VoicemailHandling,
} from '@branchline/shared';
import type { Roster } from '../agents/index.ts';
import type { KeptVoicemail, VoicemailBox } from '../calls/index.ts';
import type { InForce } from '../desired-keeper.ts';
import type { CallBacks } from '../dialer/index.ts';
import { queuesOf, servedBy, type Queues } from '../queues/index.ts';
import { refuse } from '../refuse.ts';
import { seenNumber, vipMark } from './view.ts';

export interface VoicemailDeskOptions {
  readonly voicemails: VoicemailBox;
  readonly callBacks: Pick<CallBacks, 'place'>;
  readonly roster: Roster;
  readonly queues: Pick<Queues, 'queue' | 'vipOf'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly inForce: () => InForce;
  /** Something that is shown has changed by itself. */
  readonly onChange: () => void;
}

/** What an agent does about a message on the page. */
export type VoicemailAct = Extract<DeskAct, { act: `voicemail-${string}` }>;

/** Messages that are listed, and how long those that are done stay among them, ms. */
const mostShown = 50;
const doneShownMs = 86_400_000;

/** The messages of callers as agents see, hear and answer them on their page. */
export class VoicemailDesk {
  readonly #options: VoicemailDeskOptions;

  constructor(options: VoicemailDeskOptions) {
    this.#options = options;
  }

  /** Messages of the queues an agent serves, of all for supervisors: those to be seen to first, then the newest. */
  of(agent: Agent): DeskVoicemail[] {
    const { voicemails, business } = this.#options;
    const since = business.now() - doneShownMs;
    const own = this.#ofQueues(agent);
    return voicemails
      .all()
      .filter((each) => own(each) && (each.done === undefined || each.done.at > since))
      .toSorted((a, b) => Number(a.done !== undefined) - Number(b.done !== undefined) || b.at - a.at)
      .slice(0, mostShown)
      .map((each) => this.#shown(each, agent));
  }

  /**
   * Where the sound of a message is, for an agent who listens to it from now on.
   * @param begins false: only asked about
   * @throws BranchlineError `BL_API_NOT_FOUND` for a message that is not the agent's to hear, or has no sound any more
   */
  listen(id: string, call: string, begins: boolean): string {
    const { roster, onChange } = this.#options;
    const message = this.#message(roster.definition(id), call);
    if (!message || !existsSync(message.file))
      throw new BranchlineError('BL_API_NOT_FOUND', { what: 'message', id: call });
    if (begins && !message.heardBy.includes(id)) {
      this.#handle(message, 'heard', id);
      onChange();
    }
    return message.file;
  }

  /** @throws BranchlineError `BL_DESK_REFUSED` with the reason */
  act(id: string, { act, call }: VoicemailAct): void {
    const message = this.#message(this.#options.roster.definition(id), call);
    if (!message) refuse('there is no such message');
    switch (act) {
      case 'voicemail-take':
        this.#mayTake(message, id);
        return this.#handle(message, 'taken', id);
      case 'voicemail-call':
        this.#mayTake(message, id);
        this.#callBack(message, id);
        return this.#handle(message, 'called-back', id);
      case 'voicemail-done':
        return this.#handle(message, 'done', id);
      case 'voicemail-reopen':
        return this.#handle(message, 'reopened', id);
    }
  }

  #mayTake({ takenBy, done }: KeptVoicemail, id: string): void {
    if (done) refuse('the message is done');
    if (takenBy !== undefined && takenBy !== id) refuse(`${this.#nameOf(takenBy)} sees to this message`);
  }

  /** The caller asked for it: through the gate, over a line, with this agent. */
  #callBack({ call: id, conversation, queue, customer, did, at, calls }: KeptVoicemail, agent: string): void {
    const { callBacks, roster } = this.#options;
    const state = roster.get(agent)?.state ?? 'offline';
    if (state !== 'ready') refuse(`the agent is ${state}`);
    const about = { id, conversation, queue, customer, did, calls };
    const placed = callBacks.place({ ...about, askedAt: at, asked: 'left a message' }, agent);
    if ('call' in placed) return;
    if (placed.not === 'invalid-number') refuse('the number of this call is not known');
    if (placed.not === 'no-line') refuse('no line is free for this number');
    if (placed.not === 'no-agent') refuse(`the agent is ${roster.get(agent)?.state ?? 'offline'}`);
    refuse(`the number may not be called: ${placed.reason ?? placed.not}`);
  }

  #message(agent: Agent | undefined, call: string): KeptVoicemail | undefined {
    const message = this.#options.voicemails.get(call);
    return agent && message && this.#ofQueues(agent)(message) ? message : undefined;
  }

  #ofQueues(agent: Agent): (message: KeptVoicemail) => boolean {
    if (agent.supervisor) return () => true;
    const { queues } = servedBy(agent, queuesOf(this.#options.inForce().desired));
    return ({ queue }) => queues.has(queue);
  }

  #shown(message: KeptVoicemail, agent: Agent): DeskVoicemail {
    const { queues } = this.#options;
    const { call, customer, at, queue, ms, heardBy, takenBy, done } = message;
    return {
      call,
      number: seenNumber(customer, agent),
      at: Math.round(at),
      queue: queues.queue(queue)?.name ?? queue,
      ms,
      heard: heardBy.length > 0,
      ...(takenBy !== undefined && { takenBy: this.#nameOf(takenBy) }),
      ...(done && { doneBy: this.#nameOf(done.by) }),
      ...vipMark(queues.vipOf(customer)),
    };
  }

  #nameOf(agent: string): string {
    return this.#options.roster.definition(agent)?.name ?? agent;
  }

  #handle(message: KeptVoicemail, act: VoicemailHandling, agent: string): void {
    const { voicemails, business, clockTrust, ids } = this.#options;
    const at = business.now();
    const row = {
      at,
      clock: clockTrust(),
      id: ids(),
      type: 'voicemail-handled',
      call: message.call,
    } as const;
    voicemails.handle(message, act, agent, at, { stream: 'event', row: { ...row, act, agent } });
  }
}

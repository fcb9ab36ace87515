import {
  BranchlineError,
  usualHoldSeconds,
  type Agent,
  type Clock,
  type ClockTrust,
  type DeskAct,
  type DeskCall,
  type DeskView,
  type EdgeCampaign,
  type FormAnswers,
  type IdSource,
} from '@branchline/shared';
import { callbackOf, callbackProblem } from '../../agents/index.ts';
import type { InForce } from '../../desired-keeper.ts';
import { refuse } from '../../refuse.ts';
import { DayBook } from '../day-book.ts';
import { Forms } from '../forms.ts';
import type { DeskStage } from '../stage.ts';
import { deskCampaign, deskCustomer, type SaidOfCall } from '../view.ts';
import { virtualCustomer } from './customer.ts';
import { newLesson, nextLesson, saidBy, type Lesson, type LessonCall, type LessonInput } from './lesson.ts';

export interface TrainingOptions {
  readonly business: Clock;
  readonly speed: number;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly centerLinked: () => boolean;
  readonly inForce: () => InForce;
  /** The first customer that an agent gets; the next ones follow from it. */
  readonly seed: (agent: string) => number;
}

interface Room {
  readonly seed: number;
  lesson: Lesson;
  said: SaidOfCall;
}

/** Steps that time can bring at once to somebody who did not look for long: further ones come at the next look. */
const mostSteps = 10;

/**
 * The desk page against simulated customers, with scripts, forms and outcomes of real campaigns. It has no line, no lead and no ledger:
 * nothing of it is kept, and the floor does not know of it.
 */
export class Training implements DeskStage {
  readonly #options: TrainingOptions;
  readonly #rooms = new Map<string, Room>();
  readonly #days = new DayBook();
  readonly #forms: Forms;

  constructor(options: TrainingOptions) {
    this.#options = options;
    this.#forms = new Forms({
      ...options,
      ledger: { append: () => Promise.resolve() },
      zone: () => this.#zone,
    });
  }

  /** An agent comes in: whatever was before is over. */
  begin(id: string): void {
    this.#rooms.delete(id);
  }

  view(id: string): DeskView {
    const { business, speed, clockTrust, centerLinked, inForce } = this.#options;
    const definition = this.#definition(id);
    const at = business.now();
    const room = this.#room(id, at);
    const { lesson } = room;
    const { desired, knowledge } = inForce();
    const campaign = this.#campaign(definition);
    const call = lesson.call && this.#call(lesson.call, definition, campaign, room.said, at);
    const wrapUpMs = wrapUpOf(campaign);
    return {
      training: true,
      at: Math.round(at),
      speed,
      site: desired.site.name,
      agent: {
        id,
        name: definition.name,
        extension: definition.extension,
        mode: 'ring',
        state: lesson.state,
        since: Math.round(lesson.since),
        reason: lesson.reason,
        ...(lesson.breakAfter !== undefined && { breakAfter: lesson.breakAfter }),
        ...(lesson.state === 'wrap-up' && { wrapUpUntil: Math.round(lesson.since + wrapUpMs) }),
        phoneLost: false,
        phone: 'desk',
        outside: false,
      },
      ...(call && { call }),
      contacts: [],
      day: this.#days.of(id, at, desired.site.zone),
      colleagues: [],
      queues: [],
      parked: [],
      voicemails: [],
      callbacks: [],
      messages: [],
      knowledge: knowledge.size,
      mayAsk: false,
      center: centerLinked() ? 'linked' : 'away',
      switch: 'up',
      clock: clockTrust(),
    };
  }

  /** @throws BranchlineError `BL_DESK_REFUSED` with the reason */
  async act(id: string, act: DeskAct): Promise<void> {
    const at = this.#options.business.now();
    const definition = this.#definition(id);
    const room = this.#room(id, at);
    const { call } = room.lesson;
    if ('call' in act && act.call !== call?.id) refuse('the call is no longer yours');
    switch (act.act) {
      case 'login':
      case 'logout':
      case 'ready':
      case 'hangup':
      case 'hold':
      case 'resume':
      case 'mute':
      case 'unmute':
      case 'pause-recording':
      case 'resume-recording':
        return this.#input(id, room, { type: act.act, at });
      case 'break':
        return this.#input(id, room, { type: 'break', reason: act.reason, at });
      case 'note': {
        const note = act.text.trim();
        if (note === '') refuse('a note needs words');
        room.said = { ...room.said, note };
        return;
      }
      case 'do-not-call':
        return;
      case 'answer':
        return this.#answer(definition, act.call, act.answers);
      case 'dispose': {
        if (act.answers) await this.#answer(definition, act.call, act.answers);
        const { code, callbackAt } = this.#outcome(definition, act, at);
        room.said = { ...room.said, disposition: code, ...(callbackAt !== undefined && { callbackAt }) };
        return;
      }
      case 'next':
      case 'dial':
      case 'pass':
      case 'transfer':
      case 'consult':
      case 'consult-over':
      case 'three-way':
      case 'complete':
      case 'park':
      case 'pick-up':
      case 'monitor':
      case 'take-over':
      case 'end':
      case 'move':
      case 'write':
      case 'seen':
      case 'digits':
      case 'voicemail-take':
      case 'voicemail-call':
      case 'voicemail-done':
      case 'voicemail-reopen':
      case 'callback-move':
      case 'callback-drop':
      case 'force':
        return refuse('this is not part of the training');
    }
  }

  #outcome(
    definition: Agent,
    act: Extract<DeskAct, { act: 'dispose' }>,
    at: number,
  ): Pick<typeof act, 'code' | 'callbackAt'> {
    const campaign = this.#campaign(definition) ?? refuse('the agent has no call of a campaign');
    const disposition =
      campaign.dispositions.find(({ code }) => code === act.code) ??
      refuse('the campaign has no such disposition');
    const missing = disposition.asksForm ? this.#forms.missing(campaign, act.call) : undefined;
    if (missing !== undefined) refuse(`the form asks for “${missing}” first`);
    const callback = callbackOf(disposition, act, at);
    const problem = callbackProblem(disposition, callback, at);
    if (problem !== undefined) refuse(problem);
    return { code: act.code, ...callback };
  }

  #answer(definition: Agent, call: string, answers: FormAnswers): Promise<void> {
    const campaign = this.#campaign(definition) ?? refuse('the agent has no call of a campaign');
    return this.#forms.answer(campaign, call, definition.id, answers);
  }

  /** As far as time has brought it. */
  #room(id: string, at: number): Room {
    let room = this.#rooms.get(id);
    if (!room)
      this.#rooms.set(id, (room = { seed: this.#options.seed(id), lesson: newLesson(at), said: {} }));
    for (let i = 0; i < mostSteps; i++) {
      const before = room.lesson;
      this.#input(id, room, { type: 'time', at });
      if (room.lesson === before) break;
    }
    return room;
  }

  #input(id: string, room: Room, input: LessonInput): void {
    const { lesson: before, seed } = room;
    const campaign = this.#campaign(this.#definition(id));
    const after = nextLesson(before, input, {
      wrapUpMs: wrapUpOf(campaign),
      nextCall: (taken, at) => this.#newCall(seed + taken, campaign, at),
    });
    room.lesson = after;
    if (after.call?.id !== before.call?.id) room.said = {};
    if (after.state === before.state) return;
    const moved = {
      from: before.state,
      to: after.state,
      heldMs: after.since - before.since,
      at: after.since,
    };
    this.#days.add(id, moved, this.#zone);
  }

  #newCall(seed: number, campaign: EdgeCampaign | undefined, at: number): LessonCall {
    return {
      id: this.#options.ids(),
      customer: virtualCustomer(seed),
      ...(campaign && { campaign: campaign.id }),
      startedAt: at,
      heldMs: 0,
      muted: false,
      recording: 'on',
    };
  }

  #call(
    call: LessonCall,
    definition: Agent,
    campaign: EdgeCampaign | undefined,
    said: SaidOfCall,
    at: number,
  ): DeskCall {
    const { id, customer, startedAt, endedAt, heldSince, muted, recording } = call;
    const person = { fields: { name: customer.name } };
    const seen = deskCustomer(customer.number, person, definition);
    const answers = this.#forms.of(id);
    const up = endedAt === undefined;
    return {
      id,
      direction: customer.direction,
      customer: seen,
      ...(campaign && { campaign: deskCampaign(campaign, definition, seen) }),
      answeredAt: Math.round(startedAt),
      bridgedAt: Math.round(startedAt),
      up,
      held: heldSince !== undefined,
      reminded: heldSince !== undefined && at - heldSince >= usualHoldSeconds * 1000,
      muted: up && muted,
      recording: up ? recording : 'none',
      says: saidBy(call, at),
      ...said,
      ...(answers && { answers }),
    };
  }

  /** The first campaign that the agent works for. */
  #campaign({ campaigns }: Agent): EdgeCampaign | undefined {
    return this.#options.inForce().desired.campaigns.find(({ id }) => campaigns.includes(id));
  }

  /** @throws BranchlineError `BL_AUTH_REQUIRED` for an agent who is gone */
  #definition(id: string): Agent {
    const found = this.#options.inForce().desired.agents.find((agent) => agent.id === id);
    if (!found) throw new BranchlineError('BL_AUTH_REQUIRED');
    return found;
  }

  get #zone(): string {
    return this.#options.inForce().desired.site.zone;
  }
}

/** The work after a call without a campaign, ms. */
const otherWrapUpMs = 15_000;

function wrapUpOf(campaign: EdgeCampaign | undefined): number {
  return campaign ? campaign.wrapUpSeconds * 1000 : otherWrapUpMs;
}

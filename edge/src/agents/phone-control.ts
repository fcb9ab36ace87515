import {
  problemOf,
  type Clock,
  type ClockTrust,
  type CommandArgs,
  type EdgeCampaign,
  type Engagement,
  type EventRow,
  type IdSource,
} from '@branchline/shared';
import { callbackOf, callbackProblem, keyedTime, promiseOf } from './callback.ts';
import type { Log } from '@branchline/shared/node';
import type { Ledger } from '../store/index.ts';
import type { Channel, Marks, Switch } from '../switch/index.ts';
import { breakReason } from './break-reasons.ts';
import { keyTimeoutMs, readKeys, type CallKey } from './keypad.ts';
import { voiceOf, type AgentPresence } from './agent.ts';
import { isTalking } from './agent-machine.ts';
import type { Roster } from './roster.ts';

/** What an agent said came of a call. */
export type SaidOutcome = Omit<Extract<EventRow, { type: 'disposition' }>, 'seq'>;

export interface PhoneControlOptions {
  readonly switch: Switch;
  readonly roster: Roster;
  readonly ledger: Pick<Ledger, 'storeOptout'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** The campaign that an engagement is for: its own, or that of the queue the caller waited in. */
  readonly campaignOf: (engagement: Pick<Engagement, 'call' | 'campaign'>) => EdgeCampaign | undefined;
  /** The customer of a call that is up or just ended. */
  readonly customerOf: (call: string) => string | undefined;
  /** Stores what an agent said of a call of a campaign, with what they promised. */
  readonly keepDisposition: (said: SaidOutcome, campaign: string) => Promise<void>;
  /** By whose clock a time is meant that the customer of a call says: theirs, or else the branch's. */
  readonly zoneOf: (call: string, at: number) => string;
  /** The first question of a campaign's form that is not answered for a call. */
  readonly missingAnswer: (campaign: EdgeCampaign, call: string) => string | undefined;
  readonly endCall: (call: string) => void;
  /** The agent asks for the next person, or decides about the one who is shown. Gives whether there was one. */
  readonly onPreview: (agent: string, what: 'next' | 'dial' | 'pass') => boolean;
  /** The agent whose call a leg carries, for phones that ring for each. */
  readonly agentOn: (leg: string) => string | undefined;
  /** The agent keys something about the call they are in. @throws BranchlineError `BL_DESK_REFUSED` */
  readonly onCallKey: (agent: string, call: string, key: CallKey) => void | Promise<void>;
  /** An agent's phone wants to listen to the agent of an extension; it has become a listener's leg if true. */
  readonly onMonitor: (agent: string, leg: string, extension: string) => boolean;
  readonly onOptout: (number: string, campaign: string | undefined) => void;
}

const confirm = {
  yes: 'tone_stream://%(80,40,880);%(80,0,1175)',
  no: 'tone_stream://%(250,100,350);%(250,0,350)',
};

/** What an agent keys about the person who is shown. */
const previewKeys = { dial: '1', pass: '2' } as const;

/** Feature calls last seconds; so many at once cannot be. */
const rememberedLegs = 500;

/** What agents do on their desk phones: feature codes they dial and digits they key on a nailed-up leg. */
export class PhoneControl {
  readonly #options: PhoneControlOptions;
  /** Leg → digits keyed so far. */
  readonly #keys = new Map<string, { keys: string; timer: { cancel(): void } }>();

  /** Legs whose feature code was taken. */
  readonly #served = new Set<string>();

  constructor(options: PhoneControlOptions) {
    this.#options = options;
  }

  /** A phone dialed a feature code and the dialplan parked it for us. Told by the event and by the audit, served once. */
  onFeature({ leg, marks }: Pick<Channel, 'leg' | 'marks'>, at: number): void {
    if (this.#served.has(leg)) return;
    this.#served.add(leg);
    if (this.#served.size > rememberedLegs) this.#served.delete(this.#served.values().next().value!);
    void this.#serve(leg, marks, at).catch((error: unknown) => {
      this.#options.log.warn(
        { leg, wants: marks.wants, problem: problemOf(error) },
        'a feature code could not be served',
      );
    });
  }

  async #serve(leg: string, marks: Marks, at: number): Promise<void> {
    const { switch: fs, roster } = this.#options;
    await fs.cancelTimers(leg);
    const agent = roster.byExtension(marks.extension ?? '');
    if (!agent) return this.#answer(leg, 'no');
    if (marks.wants === 'login') return this.#login(agent, leg, at);
    if (marks.wants === 'monitor' && this.#options.onMonitor(agent.id, leg, marks.digits ?? '')) return;
    return this.#answer(leg, this.#feature(agent, marks.wants ?? '', marks.digits ?? '', at) ? 'yes' : 'no');
  }

  async #login(agent: AgentPresence, leg: string, at: number): Promise<void> {
    const { switch: fs, roster } = this.#options;
    if (agent.mode === 'nailed') {
      // Known here before it stands there: an edge that dies in between finds a leg that still wants to log in.
      roster.input(agent.id, { type: 'login', leg, at });
      return fs.setVariables(leg, { bl_wants: 'nailed' });
    }
    roster.input(agent.id, { type: 'login', at });
    await this.#answer(leg, 'yes');
  }

  /** Plays the verdict and ends the service call. */
  async #answer(leg: string, verdict: 'yes' | 'no'): Promise<void> {
    const { switch: fs, business } = this.#options;
    await fs.play(leg, confirm[verdict]);
    business.schedule(800, () => void fs.hangup(leg).catch(() => undefined));
  }

  #feature(agent: AgentPresence, wants: string, digits: string, at: number): boolean {
    const { roster } = this.#options;
    if (agent.state === 'offline') return false;
    switch (wants) {
      case 'logout':
      case 'ready':
      case 'wrap-up-done':
        roster.input(agent.id, { type: wants, at });
        return true;
      case 'next':
        return this.#options.onPreview(agent.id, 'next');
      case 'break':
        roster.input(agent.id, { type: 'break', reason: breakReason(digits), at });
        return true;
      case 'disposition':
        return this.dispose(agent.id, { key: digits }, 'phone') === undefined;
      case 'promise':
        return this.#promise(agent, digits, at);
      default:
        return false;
    }
  }

  /** The agent will call the customer of the present or last call again. @param digits a time of day; none: in an hour */
  #promise(agent: AgentPresence, digits: string, at: number): boolean {
    const voice = voiceOf(agent);
    const campaign = voice && this.#options.campaignOf(voice);
    const code = campaign && promiseOf(campaign.dispositions)?.code;
    if (voice?.call === undefined || code === undefined) return false;
    const callbackAt = keyedTime(digits, at, this.#options.zoneOf(voice.call, at));
    if (callbackAt === undefined) return false;
    const choice = { call: voice.call, code, callbackAt, callbackFor: 'own' as const };
    return this.dispose(agent.id, choice, 'phone') === undefined;
  }

  /** A digit on an agent's leg. */
  onDigit(leg: string, digit: string, at: number): void {
    const { roster, agentOn } = this.#options;
    const agent = roster.byLeg(leg) ?? roster.get(agentOn(leg) ?? '');
    if (!agent) return;
    const before = this.#keys.get(leg);
    before?.timer.cancel();
    const keys = (before?.keys ?? '') + digit;
    this.#keys.delete(leg);
    const action = readKeys(keys);
    switch (action.do) {
      case 'wait': {
        const timer = this.#options.business.schedule(keyTimeoutMs, () => this.#keys.delete(leg));
        this.#keys.set(leg, { keys, timer });
        return;
      }
      case 'end-call':
        // A call that is still being dialed is not this agent's to end.
        if (isTalking(agent)) this.#options.endCall(voiceOf(agent)?.call ?? '');
        return;
      case 'call':
        void this.#callKey(agent, leg, action.key);
        return;
      case 'feature':
        // Whether a time was taken cannot be told from anything else.
        if (!this.#feature(agent, action.wants, action.digits, at) && action.wants === 'promise')
          void this.#options.switch.play(leg, confirm.no).catch(() => undefined);
        return;
      case 'disposition':
        if (agent.state === 'preview') this.#decide(agent.id, action.key);
        else this.dispose(agent.id, { key: action.key }, 'phone');
        return;
      case 'nothing':
        return;
    }
  }

  /** What cannot be done is heard. */
  async #callKey(agent: AgentPresence, leg: string, key: CallKey): Promise<void> {
    const { switch: fs, onCallKey, log } = this.#options;
    try {
      await onCallKey(agent.id, voiceOf(agent)?.call ?? '', key);
    } catch (error) {
      log.info({ agent: agent.id, key, problem: problemOf(error) }, 'what an agent keyed could not be done');
      await fs.play(leg, confirm.no).catch(() => undefined);
    }
  }

  #decide(agent: string, key: string): void {
    if (key === previewKeys.dial) this.#options.onPreview(agent, 'dial');
    else if (key === previewKeys.pass) this.#options.onPreview(agent, 'pass');
  }

  /**
   * Records what the agent decided about the present or last call.
   * @returns why it was not taken, or undefined when it was
   */
  dispose(
    agentId: string,
    choice: { key: string } | Omit<CommandArgs<'call-disposition'>, 'agent'>,
    by: 'phone' | 'api',
  ): string | undefined {
    const { roster, keepDisposition, ids, business, clockTrust, log } = this.#options;
    const agent = roster.get(agentId);
    const voice = agent && voiceOf(agent);
    const call = 'call' in choice ? choice.call : voice?.call;
    const campaign = voice && this.#options.campaignOf(voice);
    if (!agent || call === undefined || !campaign || voice?.call !== call)
      return 'the agent has no call of a campaign';
    if (!isTalking(agent) && agent.state !== 'wrap-up') return `the agent is ${agent.state}`;
    const disposition = campaign.dispositions.find((each) =>
      'key' in choice ? each.key === choice.key : each.code === choice.code,
    );
    if (!disposition) return 'the campaign has no such disposition';
    const missing = disposition.asksForm ? this.#options.missingAnswer(campaign, call) : undefined;
    if (missing !== undefined) return `the form asks for “${missing}” first`;
    const at = business.now();
    const callback = callbackOf(
      disposition,
      'code' in choice ? choice : {},
      at,
      voice.campaign !== undefined,
    );
    const problem = callbackProblem(disposition, callback, at);
    if (problem !== undefined) return problem;
    const said = { code: disposition.code, by, ...callback };
    keepDisposition(
      { at, clock: clockTrust(), type: 'disposition', id: ids(), call, agent: agent.id, ...said },
      campaign.id,
    ).catch((error: unknown) =>
      log.error({ call, problem: problemOf(error) }, 'a disposition could not be stored'),
    );
    if (disposition.optout) this.optOut(agent.id, call);
    roster.input(agent.id, { type: 'disposed', at });
    return undefined;
  }

  /** A customer asked not to be called again. Gives whether the number is known. */
  optOut(agent: string, call: string): boolean {
    const { ledger, ids, business, clockTrust, customerOf, onOptout, log } = this.#options;
    const number = customerOf(call);
    if (number === undefined || number === '') return false;
    const at = business.now();
    // In force here at once, whatever the disk does; the row makes it known everywhere.
    onOptout(number, undefined);
    ledger
      .storeOptout({
        number,
        campaign: '',
        at,
        rows: [{ stream: 'optout', row: { at, clock: clockTrust(), id: ids(), number, call, agent } }],
      })
      .catch((error: unknown) =>
        log.error(
          { call, problem: problemOf(error) },
          'an opt-out could not be stored; it holds until the edge stops',
        ),
      );
    return true;
  }
}

import {
  idSource,
  type Agent,
  type AgentRow,
  type ClockTrust,
  type Clock,
  type PhoneLoss,
} from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { Ledger, NewRow } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { agentMedia } from '../switch/configuration/index.ts';
import { offlineAgent, voiceOf, type AgentEffect, type AgentInput, type AgentPresence } from './agent.ts';
import { isAvailable, nextAgent } from './agent-machine.ts';

export interface RosterOptions {
  readonly business: Clock;
  readonly switch: Pick<Switch, 'originate' | 'hangup' | 'setVariables' | 'play'>;
  readonly ledger: Pick<Ledger, 'saveAgent'>;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  /** Stores a fact; never waited for. */
  readonly tell: (row: NewRow) => void;
  /** An agent's state machine has moved. */
  readonly onChange: (before: AgentPresence, after: AgentPresence) => void;
}

/** How FreeSWITCH ends a leg from which nothing has come for too long. */
const silenced = 'MEDIA_TIMEOUT';

const tones = {
  ready: 'tone_stream://%(80,40,880);%(80,0,1175)',
  preview: 'tone_stream://%(80,0,660)',
  customer: 'tone_stream://%(120,0,1000)',
  break: 'tone_stream://%(150,50,440);%(150,0,330)',
  refused: 'tone_stream://%(250,100,350);%(250,0,350)',
} as const;

/** How long a called-back phone may ring, seconds. */
const callbackSeconds = 20;

/** Who is here: the agents of the desired document and their presence. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #ids = idSource();
  readonly #definitions = new Map<string, Agent>();
  /** Agents whom no plan names any more, in their last call. */
  readonly #leaving = new Set<string>();
  readonly #agents = new Map<string, AgentPresence>();
  /** Legs being rung to restore a nailed-up phone → agent. */
  readonly #callbacks = new Map<string, string>();
  #domain = '';

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Takes over the agents of a desired document. Agents that are gone are logged out. */
  configure(agents: readonly Agent[], domain: string): void {
    this.#domain = domain;
    const now = this.#options.business.now();
    const wanted = new Set(agents.map(({ id }) => id));
    for (const id of this.#definitions.keys()) {
      if (wanted.has(id)) continue;
      this.#leaving.add(id);
      this.input(id, { type: 'logout', at: now });
      this.#forgetWhoLeft(id);
    }
    for (const agent of agents) {
      this.#leaving.delete(agent.id);
      this.#definitions.set(agent.id, agent);
      const present = this.#agents.get(agent.id);
      this.#agents.set(
        agent.id,
        present
          ? { ...present, extension: agent.extension, mode: agent.mode }
          : offlineAgent(agent.id, agent.extension, agent.mode, now),
      );
    }
  }

  /** Takes over what the ledger had; legs, phones and calls are found again by the audit. */
  restore(stored: readonly { id: string; data: string }[]): void {
    for (const { id, data } of stored) {
      const { leg: _leg, phoneGone: _gone, onPhone: _on, ...presence } = JSON.parse(data) as AgentPresence;
      // What an older edge left may lack fields.
      const blank = this.#agents.get(id);
      if (blank) this.#agents.set(id, { ...blank, ...presence, callbacks: 0 });
      // Who was shown to whom was not kept.
      if (presence.state === 'preview')
        this.input(id, { type: 'release', how: 'unused', wrapUpMs: 0, at: this.#options.business.now() });
    }
  }

  all(): readonly AgentPresence[] {
    return [...this.#agents.values()];
  }

  get(id: string): AgentPresence | undefined {
    return this.#agents.get(id);
  }

  definition(id: string): Agent | undefined {
    return this.#definitions.get(id);
  }

  byExtension(extension: string): AgentPresence | undefined {
    return this.all().find((agent) => agent.extension === extension);
  }

  byLeg(leg: string): AgentPresence | undefined {
    return this.all().find((agent) => agent.leg === leg);
  }

  /** Agents who can take a call of a campaign (or an inbound one), longest idle first. */
  available(serves: (agent: Agent) => boolean): readonly AgentPresence[] {
    return this.all()
      .filter((agent) => {
        const definition = this.#definitions.get(agent.id);
        return definition !== undefined && isAvailable(agent) && serves(definition);
      })
      .toSorted((a, b) => a.since - b.since);
  }

  /** Feeds one input to an agent's state machine and does what follows. Gives the new presence. */
  input(id: string, input: AgentInput): AgentPresence | undefined {
    const before = this.#agents.get(id);
    if (!before) return undefined;
    const { state: after, effects } = nextAgent(before, input);
    if (after === before && effects.length === 0) return before;
    this.#agents.set(id, after);
    this.#save(before, after, input);
    for (const effect of effects) this.#perform(after, effect);
    this.#options.onChange(before, after);
    this.#forgetWhoLeft(id);
    return after;
  }

  /** Who is in no plan any more is known until their call is over. */
  #forgetWhoLeft(id: string): void {
    if (!this.#leaving.has(id) || this.#agents.get(id)?.state !== 'offline') return;
    this.#leaving.delete(id);
    this.#definitions.delete(id);
    this.#agents.delete(id);
  }

  /**
   * An agent's leg has ended: the standing one, or one of a phone that rang for a call.
   * @param cause FreeSWITCH's
   * @param of whose it is, of such a phone
   */
  legEnded(leg: string, cause: string, at: number, of = ''): void {
    const agent = this.byLeg(leg) ?? this.#agents.get(of);
    if (!agent) return;
    if (cause === silenced) this.input(agent.id, { type: 'phone-lost', how: 'no-media', at });
    this.input(agent.id, { type: 'leg-lost', at });
  }

  /** A leg of ours ended or was answered: was it a call back? Gives true when it was handled here. */
  onCallbackLeg(leg: string, what: 'answered' | 'failed', at: number): boolean {
    const id = this.#callbacks.get(leg);
    if (id === undefined) return false;
    this.#callbacks.delete(leg);
    this.input(id, what === 'answered' ? { type: 'called-back', leg, at } : { type: 'callback-failed', at });
    return true;
  }

  #save(before: AgentPresence, after: AgentPresence, input: AgentInput): void {
    const rows: NewRow[] =
      before.state === after.state ? [] : [{ stream: 'agent', row: this.#row(before, after, input) }];
    // Live state is never waited for; the audit repairs what a crash loses.
    this.#options.ledger
      .saveAgent({ id: after.id, data: JSON.stringify(after), rows })
      .catch((error: unknown) => {
        this.#options.log.error(
          { agent: after.id, problem: String(error) },
          'the state of an agent could not be stored',
        );
      });
  }

  #row(before: AgentPresence, after: AgentPresence, input: AgentInput): Omit<AgentRow, 'seq'> {
    const { at } = input;
    const call = (voiceOf(after) ?? voiceOf(before))?.call;
    return {
      at,
      clock: this.#options.clockTrust(),
      id: this.#ids(),
      agent: after.id,
      from: before.state,
      to: after.state,
      reason: after.reason.slice(0, 200) || 'none',
      heldMs: Math.max(0, Math.round(at - before.since)),
      ...(call !== undefined && { call }),
      extension: after.extension,
      ...(input.type === 'reserve' && input.choice && { choice: input.choice }),
    };
  }

  #perform(agent: AgentPresence, effect: AgentEffect): void {
    const { switch: fs, log } = this.#options;
    const attempt = (action: Promise<void>, what: string): void => {
      action.catch((error: unknown) =>
        log.debug(
          { agent: agent.id, what, problem: String(error) },
          'an order for an agent leg was not taken',
        ),
      );
    };
    switch (effect.do) {
      case 'call-back':
        return this.#callBack(agent);
      case 'hangup-leg':
        return attempt(fs.hangup(effect.leg), 'hang up');
      case 'tell-phone-lost':
        return this.#tellLost(agent, effect.how);
      case 'mark-idle':
        return attempt(fs.setVariables(effect.leg, { bl_idle: effect.idle ? '1' : '' }), 'mark idle');
      case 'tone':
        return attempt(fs.play(effect.leg, tones[effect.tone]), 'tone');
      case 'wrap-up-timer': {
        const { id } = agent;
        this.#options.business.schedule(effect.until - this.#options.business.now(), () =>
          this.wrapUpOver(id, effect.until),
        );
        return;
      }
    }
  }

  #tellLost({ id: agent, extension }: AgentPresence, how: PhoneLoss): void {
    const { business, clockTrust, log, tell } = this.#options;
    log.warn({ agent, extension, how }, 'the phone of an agent is lost');
    const head = { at: business.now(), clock: clockTrust(), id: this.#ids() };
    tell({ stream: 'event', row: { ...head, type: 'phone-lost', agent, extension, how } });
  }

  /** Ends a wrap-up whose time is over; one that was restarted by a newer call goes on. */
  wrapUpOver(id: string, until: number): void {
    const agent = this.#agents.get(id);
    if (agent?.state === 'wrap-up' && (voiceOf(agent)?.until ?? 0) <= until)
      this.input(id, { type: 'wrap-up-done', at: this.#options.business.now() });
  }

  /** A nailed-up agent without a leg and without a call back on its way gets one. */
  restoreLeg(id: string): void {
    const agent = this.#agents.get(id);
    if (!agent || agent.leg !== undefined || [...this.#callbacks.values()].includes(id)) return;
    this.#callBack(agent);
  }

  #callBack(agent: AgentPresence): void {
    const leg = this.#ids();
    this.#callbacks.set(leg, agent.id);
    this.#options.switch
      .originate({
        leg,
        to: { extension: agent.extension, domain: this.#domain },
        variables: {
          bl_role: 'agent',
          bl_extension: agent.extension,
          bl_wants: 'callback',
          sip_auto_answer: true,
          park_after_bridge: true,
          hangup_after_bridge: false,
          ...agentMedia,
        },
        callerId: agent.extension,
        timeoutSeconds: callbackSeconds,
      })
      .catch(() => void this.onCallbackLeg(leg, 'failed', this.#options.business.now()));
  }
}

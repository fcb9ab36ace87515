import {
  pacedModes,
  problemOf,
  type CallRow,
  type CampaignStanding,
  type Clock,
  type ClockTrust,
  type Desired,
  type EdgeCampaign,
  type LeasedLead,
} from '@branchline/shared';
import { voiceOf, type AgentPresence, type Roster } from '../agents/index.ts';
import type { AttemptEnd, Call } from '../calls/index.ts';
import type { LinePool } from '../lines/index.ts';
import type { Ledger } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import { shareAgents } from './agent-shares.ts';
import { AttemptRunner, type AttemptRunnerOptions, type Begun } from './attempt-runner.ts';
import { BroadcastPace } from './broadcast-pace.ts';
import { LeaseBook } from './lease-book.ts';
import { decisionMs, Pacing } from './pacing.ts';
import { isShown, Previews } from './previews.ts';

export interface DialerOptions extends Omit<
  AttemptRunnerOptions,
  'book' | 'campaign' | 'ledger' | 'onSettled' | 'onUnplaced' | 'paceOf' | 'switch'
> {
  readonly switch: AttemptRunnerOptions['switch'] & Pick<Switch, 'up'>;
  readonly ledger: AttemptRunnerOptions['ledger'] & Pick<Ledger, 'postponeLead'>;
  readonly roster: Roster;
  readonly lines: LinePool;
  readonly business: Clock;
  readonly clockTrust: () => ClockTrust;
  /** A lead as its agent spoke of it last, at this box. */
  readonly asPromised: (lead: LeasedLead) => LeasedLead;
  /** Whether the do-not-call lists are there. */
  readonly listsKnown: () => boolean;
}

/** A campaign that found no line is tried again after so long, business ms. */
const withoutLineMs = 1000;

/** Lines whose verdicts are told. */
const mostLines = 20;

/** Decides which campaign dials next and for whom, in each campaign's own mode. */
export class Dialer {
  readonly book: LeaseBook;
  readonly runner: AttemptRunner;
  readonly pacing: Pacing;
  readonly previews: Previews;
  readonly #broadcast = new BroadcastPace();
  readonly #options: DialerOptions;
  #campaigns: readonly EdgeCampaign[] = [];
  #zone = 'UTC';
  /** Campaign → when a line may be free again, monotonic, and why none was. */
  readonly #withoutLine = new Map<
    string,
    Pick<CampaignStanding, 'lines'> & { until: number; reason: string }
  >();
  readonly #standings = new Map<string, CampaignStanding>();
  #running = false;
  #again = false;
  #tick: { cancel(): void } | undefined;
  /** No new calls; present ones go on. */
  drained = false;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.book = new LeaseBook(options.asPromised);
    const { business, roster, log } = options;
    const campaign = (id: string): EdgeCampaign | undefined => this.campaign(id);
    const { book } = this;
    const runner = (this.runner = new AttemptRunner({
      ...options,
      book,
      campaign,
      onSettled: () => this.work(),
      onUnplaced: (call) => this.pacing.unplaced(call),
      // What an agent has promised is dialed at any pace.
      paceOf: (wanted, agent) =>
        agent !== undefined && isSteady(wanted.mode) ? undefined : this.pacing.paceOf(wanted),
    }));
    this.pacing = new Pacing({ business, agents: () => roster.all(), zone: () => this.#zone });
    this.previews = new Previews({
      ...options,
      runner,
      book,
      campaign,
      onProblem: (error) =>
        log.error(
          { problem: problemOf(error) },
          'somebody who was shown could not be dialed, or who was passed over could not be stored',
        ),
    });
  }

  configure(desired: Desired): void {
    this.#campaigns = desired.campaigns;
    this.#zone = desired.site.zone;
    this.runner.configure(desired);
    this.pacing.configure(desired.campaigns);
    this.previews.review();
    this.work();
  }

  /** What the ledger has of the live answers since midnight at the site. */
  restore(counts: Parameters<Pacing['restore']>[0]): void {
    this.pacing.restore(counts);
  }

  campaign(id: string): EdgeCampaign | undefined {
    return this.#campaigns.find((campaign) => campaign.id === id);
  }

  campaigns(): readonly EdgeCampaign[] {
    return this.#campaigns;
  }

  /** Why a campaign dials or does not, as of the last look. */
  standing(campaign: string): CampaignStanding {
    return this.#standings.get(campaign) ?? { code: 'not-looked-at' };
  }

  /** A call is new, changed its phase, or has ended. */
  follow(call: Call): void {
    this.pacing.follow(call);
  }

  followAgent(before: AgentPresence, after: AgentPresence): void {
    this.pacing.followAgent(before, after);
    this.previews.followAgent(before, after);
  }

  /** What the end of a call means for its attempt. */
  onAttemptEnd(call: Call, row: Omit<CallRow, 'seq'>): AttemptEnd {
    return this.runner.onAttemptEnd(call, row);
  }

  /** Whether an agent serves a campaign in which people are asked for. */
  mayAsk(agent: string): boolean {
    return this.#shownTo(agent).length > 0;
  }

  /** Agents that calls under way which have none yet will need, by campaign. Most people whom a broadcast calls want nobody. */
  promised(): ReadonlyMap<string, number> {
    return new Map(
      this.#campaigns
        .filter(({ mode }) => mode !== 'broadcast')
        .map((campaign) => [campaign.id, this.pacing.expecting(campaign)]),
    );
  }

  /** Shows an agent the next person of a manual or preview campaign they serve. Gives false when there is none. */
  showNext(agent: string): boolean {
    if (!this.#mayDial()) return false;
    return this.#shownTo(agent).some(
      (campaign) => this.#spare(campaign) > 0 && this.previews.show(agent, campaign),
    );
  }

  /** Running campaigns of an agent whose people are shown before the call, the most important first. */
  #shownTo(agent: string): readonly EdgeCampaign[] {
    const served = this.#options.roster.definition(agent)?.campaigns ?? [];
    return this.#campaigns
      .filter(({ id, status, mode }) => status === 'running' && isShown(mode) && served.includes(id))
      .toSorted((a, b) => b.priority - a.priority);
  }

  /** Dials for everyone who is ready. Cheap when there is nothing to do; call it whenever something changed. */
  work(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#run()
      .catch((error: unknown) =>
        this.#options.log.error(
          { problem: problemOf(error) },
          'the dialer could not start a call; it goes on with the next event',
        ),
      )
      .finally(() => {
        this.#running = false;
        if (!this.#again) return;
        this.#again = false;
        this.work();
      });
  }

  async #run(): Promise<void> {
    await this.runner.leaseEnds.expire();
    const holding = this.#holding();
    const starts = holding ? [] : this.#callBack();
    const hungry: EdgeCampaign[] = [];
    for (const campaign of this.#campaigns) {
      const standing = holding ?? this.#standingOf(campaign);
      this.#standings.set(campaign.id, standing);
      if (standing.code === 'dialing') hungry.push(campaign);
    }
    const shares = this.#share(hungry);
    for (const campaign of this.#campaigns) {
      const dials = hungry.includes(campaign);
      const agents = shares.get(campaign.id) ?? [];
      const ready = dials ? agents.length : this.#free(campaign, shares).length;
      const see = (dialed: number): void =>
        this.pacing.see(campaign, ready, this.#options.lines.freeChannels, dialed);
      // A pacer that is asked says by itself how it stands.
      const asked = dials && pacedModes.has(campaign.mode);
      if (!asked) see(0);
      const begun = dials ? this.#dialFor(campaign, agents) : [];
      if (!asked && begun.length > 0) see(begun.length);
      starts.push(...begun);
    }
    await Promise.all(starts);
  }

  /** Ready agents of each campaign that may dial, or has calls under way that will need some. */
  #share(hungry: readonly EdgeCampaign[]): ReturnType<typeof shareAgents> {
    const { roster } = this.#options;
    return shareAgents(
      roster
        .available(() => true)
        .map(({ id }) => ({ id, campaigns: roster.definition(id)?.campaigns ?? [] })),
      this.#campaigns
        .map((campaign) => ({
          id: campaign.id,
          priority: campaign.priority,
          busy: this.#working(campaign.id).length,
          expecting: this.pacing.expecting(campaign),
          hungry: hungry.includes(campaign),
        }))
        .filter(({ hungry: more, expecting }) => more || expecting > 0),
    );
  }

  /** Ready agents of a campaign that dials nobody: its own, and those whom no other one has. */
  #free({ id }: EdgeCampaign, shares: ReturnType<typeof shareAgents>): readonly AgentPresence[] {
    const taken = new Set([...shares].flatMap(([campaign, agents]) => (campaign === id ? [] : agents)));
    return this.#options.roster
      .available(({ campaigns }) => campaigns.includes(id))
      .filter((agent) => !taken.has(agent.id));
  }

  /** Ready agents of a campaign whom its calls from a mode before will not need. */
  #spare(campaign: EdgeCampaign): number {
    const ready = this.#options.roster.available(({ campaigns }) => campaigns.includes(campaign.id));
    return ready.length - this.pacing.expecting(campaign);
  }

  /** Agents who are free call those whom they promised to, whatever else there is to dial. */
  #callBack(): Promise<void>[] {
    const { business, roster } = this.#options;
    const starts: Promise<void>[] = [];
    for (const campaign of this.#campaigns) {
      // Who asks for each person is given their own first.
      if (campaign.status !== 'running' || campaign.mode === 'manual' || this.#lacksLine(campaign.id))
        continue;
      const free = roster.available((definition) => definition.campaigns.includes(campaign.id));
      const keeps = campaign.mode === 'progressive' || campaign.mode === 'preview';
      for (const { id } of free) {
        if (!this.book.hasOwn(campaign, business.now(), id)) continue;
        if (keeps && this.#spare(campaign) <= 0) break;
        if (campaign.mode === 'preview') this.previews.show(id, campaign);
        else if (!this.#begin(campaign, starts, id)) break;
      }
    }
    return starts;
  }

  /** What the branch lacks altogether is waited for; the gate judges single leads and would turn all of them away. */
  #holding(): CampaignStanding | undefined {
    if (this.drained) return { code: 'drained' };
    if (!this.#options.switch.up) return { code: 'switch-down' };
    if (this.#options.clockTrust() === 'untrusted') return { code: 'clock-untrusted' };
    if (!this.#options.listsKnown()) return { code: 'no-dnc-list' };
    return this.runner.mayBegin ? undefined : { code: 'ledger' };
  }

  #mayDial(): boolean {
    return this.#holding() === undefined;
  }

  #standingOf(campaign: EdgeCampaign): CampaignStanding {
    const { business, roster } = this.#options;
    const { id, mode, status } = campaign;
    if (status !== 'running') return { code: 'not-running' };
    const held = this.book.held(id);
    const open = this.pacing.open(id) + this.previews.shown(id);
    if (!this.book.hasDue(campaign, business.now()) && open === 0)
      return { code: held === 0 ? 'no-leads' : 'not-due' };
    const without = this.#lacksLine(id);
    if (without)
      return { code: 'no-line', reason: without.reason, ...(without.lines && { lines: without.lines }) };
    if (mode === 'manual') return { code: 'on-request' };
    const free = roster.available((definition) => definition.campaigns.includes(id)).length;
    if (isSteady(mode) || free > 0) {
      this.#keepTicking(mode);
      const held = mode === 'broadcast' && free === 0 && this.pacing.spent(campaign);
      return { code: held ? 'drops-spent' : 'dialing' };
    }
    return { code: this.#working(id).length > 0 ? 'agents-busy' : 'no-agents' };
  }

  #lacksLine(campaign: string): (Pick<CampaignStanding, 'lines'> & { readonly reason: string }) | undefined {
    const without = this.#withoutLine.get(campaign);
    return without && without.until > this.#options.business.monotonic() ? without : undefined;
  }

  #working(campaign: string): readonly AgentPresence[] {
    return this.#options.roster.all().filter((agent) => voiceOf(agent)?.campaign === campaign);
  }

  /** Starts what a campaign may start now with the agents who are its to use. */
  #dialFor(campaign: EdgeCampaign, agents: readonly string[]): Promise<void>[] {
    const starts: Promise<void>[] = [];
    const begin = (agent?: string): boolean => this.#begin(campaign, starts, agent);
    // Whoever still rings from a mode before keeps an agent.
    const spare = agents.slice(this.pacing.expecting(campaign));
    switch (campaign.mode) {
      case 'progressive':
        spare.every((agent) => begin(agent));
        break;
      case 'preview':
        spare.every((agent) => this.previews.show(agent, campaign));
        break;
      case 'power':
      case 'predictive': {
        const wanted = this.pacing.wanted(campaign, agents.length, this.#options.lines.freeChannels);
        for (let i = 0; i < wanted && begin(); i++);
        break;
      }
      case 'broadcast': {
        const { business, lines } = this.#options;
        const underWay = this.pacing.underWay(campaign.id);
        // Without a drop left, as many as would find an agent.
        const safe = this.pacing.spent(campaign) ? agents.length - this.pacing.open(campaign.id) : Infinity;
        const free = Math.min(lines.freeChannels, safe);
        const wanted = this.#broadcast.wanted(campaign, underWay, free, business.monotonic());
        for (let i = 0; i < wanted && begin(); i++);
        break;
      }
      case 'manual':
        break;
    }
    return starts;
  }

  /** Begins an attempt and adds it to `starts`. Gives false when there was no lead or no line. */
  #begin(campaign: EdgeCampaign, starts: Promise<void>[], agent?: string): boolean {
    const begun = this.runner.begin(campaign, agent);
    if ('none' in begun) {
      this.#onNone(campaign, begun);
      return false;
    }
    this.pacing.begin(begun.call, campaign.id, agent);
    starts.push(begun.placed);
    return true;
  }

  #onNone(campaign: EdgeCampaign, begun: Extract<Begun, { none: string }>): void {
    if (begun.none !== 'no-line') return;
    const reason = begun.verdicts.map(({ line, reason: why }) => `${line}: ${why}`).join('; ');
    this.#withoutLine.set(campaign.id, {
      until: this.#options.business.monotonic() + withoutLineMs,
      reason: reason.slice(0, 200) || 'no line',
      lines: begun.verdicts.slice(0, mostLines).map(({ line, verdict }) => ({ line, verdict })),
    });
    // Its agents may be somebody else's.
    this.#again = true;
  }

  /** Paced campaigns and broadcasts are asked in steady steps, whatever happens. */
  #keepTicking(mode: EdgeCampaign['mode']): void {
    if (!isSteady(mode) || this.#tick) return;
    this.#tick = this.#options.business.schedule(decisionMs, () => {
      this.#tick = undefined;
      this.work();
    });
  }
}

/** Modes that dial by themselves, not when an agent becomes ready. */
function isSteady(mode: EdgeCampaign['mode']): boolean {
  return pacedModes.has(mode) || mode === 'broadcast';
}

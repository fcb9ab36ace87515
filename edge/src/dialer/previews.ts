import type { Clock, EdgeCampaign } from '@branchline/shared';
import type { AgentPresence, Roster } from '../agents/index.ts';
import type { Ledger } from '../store/index.ts';
import type { AttemptRunner, Offer } from './attempt-runner.ts';
import type { HeldLead, LeaseBook } from './lease-book.ts';

export interface PreviewsOptions {
  readonly roster: Roster;
  readonly runner: AttemptRunner;
  readonly book: LeaseBook;
  readonly business: Clock;
  readonly ids: () => string;
  readonly campaign: (id: string) => EdgeCampaign | undefined;
  readonly ledger: Pick<Ledger, 'postponeLead'>;
  readonly onProblem: (error: unknown) => void;
}

/** A person somebody looks at before the call. */
export interface Preview {
  readonly campaign: string;
  readonly offer: Offer;
  /** When the person is dialed by itself, business ms; absent: when the agent says so. */
  readonly until?: number;
}

/** Somebody who was passed over comes back after so long, business ms. */
const passedOverMs = 30 * 60_000;

/** People shown to agents before they are dialed. */
export class Previews {
  readonly #options: PreviewsOptions;
  readonly #shown = new Map<string, Preview & { timer?: { cancel(): void } }>();

  constructor(options: PreviewsOptions) {
    this.#options = options;
  }

  /** Who an agent looks at. */
  of(agent: string): Preview | undefined {
    return this.#shown.get(agent);
  }

  /** How many people of a campaign are looked at. */
  shown(campaign: string): number {
    return [...this.#shown.values()].filter((each) => each.campaign === campaign).length;
  }

  /** Shows an agent the next person of a campaign. Gives false when there is none. */
  show(agent: string, campaign: EdgeCampaign): boolean {
    const { roster, runner, business, ids } = this.#options;
    const offer = runner.take(campaign, agent);
    if (!offer) return false;
    const at = business.now();
    const waitMs = campaign.previewSeconds * 1000;
    this.#shown.set(agent, {
      campaign: campaign.id,
      offer,
      ...(isTimed(campaign) && {
        until: at + waitMs,
        timer: business.schedule(waitMs, () => this.dial(agent)),
      }),
    });
    roster.input(agent, { type: 'preview', call: ids(), campaign: campaign.id, at });
    // Somebody who was not free after all looks at nobody.
    if (roster.get(agent)?.state !== 'preview') this.#end(agent, 0);
    return true;
  }

  /** The person who is shown is dialed. Gives false when the agent looks at nobody. */
  dial(agent: string): boolean {
    const { roster, runner, campaign: campaignOf, business } = this.#options;
    const preview = this.#shown.get(agent);
    const campaign = preview && campaignOf(preview.campaign);
    if (!preview || !campaign) return false;
    preview.timer?.cancel();
    this.#shown.delete(agent);
    const begun = runner.dial(preview.offer, campaign, agent);
    if ('none' in begun)
      roster.input(agent, { type: 'release', how: 'unused', wrapUpMs: 0, at: business.now() });
    else begun.placed.catch(this.#options.onProblem);
    return true;
  }

  /** The agent passes: the person comes back later, to anyone. Gives false when the agent looks at nobody. */
  pass(agent: string): boolean {
    return this.#end(agent, passedOverMs);
  }

  /** An agent who does something else, or has left, looks at nobody any more. */
  followAgent(before: AgentPresence, after: AgentPresence): void {
    // Who is dialed is shown no longer before the agent is reserved.
    if (before.state === 'preview' && after.state !== 'preview') this.#end(after.id, 0);
  }

  /**
   * Ends every look at people of campaigns that no longer run or show nobody any more, and at such as are not lent any more; where
   * only an agent may say when to dial, nobody is dialed by itself any longer.
   */
  review(): void {
    const { book, campaign: campaignOf } = this.#options;
    for (const [agent, preview] of this.#shown) {
      const campaign = campaignOf(preview.campaign);
      if (campaign?.status !== 'running' || !isShown(campaign.mode) || !book.lends(preview.offer.held))
        this.#end(agent, 0);
      else if (!isTimed(campaign)) {
        preview.timer?.cancel();
        const { timer: _timer, until: _until, ...untimed } = preview;
        this.#shown.set(agent, untimed);
      }
    }
  }

  /** Also for when the box starts again: nobody is dialed who was passed over a moment ago. */
  #postpone(held: HeldLead, until: number): void {
    const { book, ledger, onProblem } = this.#options;
    book.postpone(held, until);
    ledger.postponeLead({ lease: held.lease, lead: held.lead.id, until }).catch(onProblem);
  }

  #end(agent: string, postponeMs: number): boolean {
    const { roster, book, business } = this.#options;
    const preview = this.#shown.get(agent);
    if (!preview) return false;
    preview.timer?.cancel();
    this.#shown.delete(agent);
    const { held } = preview.offer;
    if (postponeMs > 0) this.#postpone(held, business.now() + postponeMs);
    else book.putBack(held);
    if (roster.get(agent)?.state === 'preview')
      roster.input(agent, { type: 'release', how: 'unused', wrapUpMs: 0, at: business.now() });
    return true;
  }
}

/** Modes in which an agent sees the person first. */
export function isShown(mode: EdgeCampaign['mode']): boolean {
  return mode === 'manual' || mode === 'preview';
}

/** Whether whoever is shown is dialed by itself after a while. */
function isTimed({ mode, previewSeconds }: EdgeCampaign): boolean {
  return mode === 'preview' && previewSeconds > 0;
}

import {
  nextInsideWindow,
  ownCallbackMs,
  type EdgeCampaign,
  type Lease,
  type LeasedLead,
} from '@branchline/shared';
import type { StoredLead } from '../store/index.ts';

/** A lead that may be dialed, with the lease it is lent under. */
export interface HeldLead {
  readonly lease: string;
  readonly epoch: string;
  readonly campaign: string;
  readonly expiresAt: number;
  readonly attemptsCap: number;
  readonly lead: LeasedLead;
}

/** A lease with nothing left to do: to be reported as ended. */
export interface EndedLease {
  readonly id: string;
  readonly epoch: string;
  readonly how: 'returned' | 'expired' | 'revoked';
}

interface OpenLease {
  readonly id: string;
  readonly epoch: string;
  readonly expiresAt: number;
  how: EndedLease['how'];
  /** Leads that are held, taken or being attempted: each is settled once, whoever says so first. */
  readonly open: Set<string>;
}

/** The leads lent to this edge, in memory; the ledger holds the same on disk and is written first. */
export class LeaseBook {
  readonly #leases = new Map<string, OpenLease>();
  /** Campaign → leads in the order in which they are dialed: callbacks first. */
  readonly #held = new Map<string, HeldLead[]>();
  readonly #asPromised: (lead: LeasedLead) => LeasedLead;

  /** @param asPromised a lead as its agent spoke of it last, at this box */
  constructor(asPromised: (lead: LeasedLead) => LeasedLead = (lead) => lead) {
    this.#asPromised = asPromised;
  }

  /** Takes over what the ledger had at start. */
  restore(leads: readonly StoredLead[], attempting: readonly { lease: string; lead: string }[]): void {
    for (const stored of leads) {
      this.#hold({ ...stored, lead: JSON.parse(stored.payload) as LeasedLead });
    }
    for (const { lease, lead } of attempting) this.#leases.get(lease)?.open.add(lead);
  }

  /** Adds a lease that the ledger has stored. */
  add(lease: Lease): void {
    for (const lead of lease.leads) {
      this.#hold({
        lease: lease.id,
        epoch: lease.epoch,
        campaign: lease.campaign,
        expiresAt: lease.expiresAt,
        attemptsCap: lease.budgets.attemptsPerLead,
        lead,
      });
    }
  }

  #hold(lent: HeldLead): void {
    const held = { ...lent, lead: this.#asPromised(lent.lead) };
    let lease = this.#leases.get(held.lease);
    if (!lease) {
      const { epoch, expiresAt } = held;
      lease = { id: held.lease, epoch, expiresAt, how: 'returned', open: new Set() };
      this.#leases.set(held.lease, lease);
    }
    lease.open.add(held.lead.id);
    const list = this.#held.get(held.campaign);
    if (!list) this.#held.set(held.campaign, [held]);
    else list.splice(list.findLastIndex((other) => goesBefore(other, held)) + 1, 0, held);
  }

  /** Leases that are not over, or whose end has not been told. */
  get leases(): number {
    return this.#leases.size;
  }

  /**
   * Takes the next lead of a campaign that is due and inside its calling window; others stay.
   * @param agent who it is for, if that is known: what they promised to call comes first
   */
  take(campaign: EdgeCampaign, now: number, agent?: string): HeldLead | undefined {
    const own = agent === undefined ? -1 : this.#own(campaign, now, agent);
    const index = own === -1 ? this.#next(campaign, now) : own;
    return index === -1 ? undefined : this.#held.get(campaign.id)!.splice(index, 1)[0];
  }

  /** Whether there is a lead for anyone to {@link take}. */
  hasDue(campaign: EdgeCampaign, now: number): boolean {
    return this.#next(campaign, now) !== -1;
  }

  /** Whether an agent has promised to call somebody by now. */
  hasOwn(campaign: EdgeCampaign, now: number, agent: string): boolean {
    return this.#own(campaign, now, agent) !== -1;
  }

  #own(campaign: EdgeCampaign, now: number, agent: string): number {
    return this.#find(campaign, now, ({ callback }) => callback?.agent === agent);
  }

  #next(campaign: EdgeCampaign, now: number): number {
    return this.#find(campaign, now, (lead) => !isPromised(lead, now));
  }

  #find(campaign: EdgeCampaign, now: number, wanted: (lead: LeasedLead) => boolean): number {
    const list = this.#held.get(campaign.id) ?? [];
    return list.findIndex(({ lead, expiresAt }) => {
      if (expiresAt <= now || lead.dueAt > now || !wanted(lead)) return false;
      // A lead whose window opens before its lease ends is waited for; any other goes to the gate, which says why not.
      const zones = lead.numbers[0]!.zones;
      const opens = nextInsideWindow(campaign.window, now, zones);
      return opens === undefined || opens === now || opens >= expiresAt;
    });
  }

  /** Whether a lead that was taken is lent still: nobody has taken it back meanwhile. */
  lends({ lease, lead }: HeldLead): boolean {
    return this.#leases.get(lease)?.open.has(lead.id) ?? false;
  }

  /**
   * Puts a lead back that was taken and not dialed, unless it was taken back meanwhile; it is found by {@link expire} even when its
   * lease has run out since.
   */
  putBack(held: HeldLead): void {
    const lease = this.#leases.get(held.lease);
    if (!lease?.open.has(held.lead.id)) return;
    if (lease.how === 'expired') lease.how = 'returned';
    this.#held.get(held.campaign)?.unshift(held);
  }

  /** Puts a taken lead back behind all others, not to be taken again before an instant. */
  postpone(held: HeldLead, until: number): void {
    this.putBack(held);
    const list = this.#held.get(held.campaign);
    if (list?.[0] !== held) return;
    list.shift();
    list.push({ ...held, lead: { ...held.lead, dueAt: Math.max(held.lead.dueAt, until) } });
  }

  /** An agent has spoken anew of a lead that they promised to call. */
  review(lead: string): void {
    for (const list of this.#held.values()) {
      const index = list.findIndex((held) => held.lead.id === lead);
      if (index !== -1) list[index] = { ...list[index]!, lead: this.#asPromised(list[index]!.lead) };
    }
  }

  /** Leads held here that an agent has promised to call. */
  promisedTo(agent: string): readonly HeldLead[] {
    return [...this.#held.values()].flatMap((list) =>
      list.filter(({ lead }) => lead.callback?.agent === agent),
    );
  }

  /** A taken lead is settled; gives the lease when that was its last. */
  settle({ lease, lead }: { readonly lease: string; readonly lead: string }): EndedLease | undefined {
    const found = this.#leases.get(lease);
    return found?.open.delete(lead) && found.open.size === 0 ? found : undefined;
  }

  /** Drops leads that were taken back, also such as somebody looks at; gives leases that have none left. */
  drop(revoked: readonly { lease: string; lead: string }[]): EndedLease[] {
    const gone = new Set(revoked.map(({ lease, lead }) => `${lease} ${lead}`));
    this.#keep(({ lease, lead }) => !gone.has(`${lease} ${lead.id}`));
    return revoked.flatMap((each) => {
      const open = this.#leases.get(each.lease);
      if (open?.how === 'returned') open.how = 'revoked';
      return this.settle(each) ?? [];
    });
  }

  /**
   * Drops what is left of leases past their end; gives those with no attempt running. The others end when their last
   * attempt is settled, so that a lease's end is never told before its results.
   */
  expire(now: number): EndedLease[] {
    const expired = new Map(
      [...this.#leases].filter(([, lease]) => lease.expiresAt <= now && lease.how !== 'expired'),
    );
    if (expired.size === 0) return [];
    this.#keep(({ lease, lead }) => {
      const over = expired.get(lease);
      over?.open.delete(lead.id);
      return over === undefined;
    });
    return [...expired.values()].filter((lease) => {
      lease.how = 'expired';
      return lease.open.size === 0;
    });
  }

  #keep(wanted: (held: HeldLead) => boolean): void {
    for (const [campaign, list] of this.#held) this.#held.set(campaign, list.filter(wanted));
  }

  /** The lease has been reported as ended. */
  forget(lease: string): void {
    this.#leases.delete(lease);
  }

  held(campaign: string): number {
    return this.#held.get(campaign)?.length ?? 0;
  }

  /** Campaigns with leads here. */
  campaigns(): readonly string[] {
    return [...this.#held.keys()];
  }
}

/** Whether a lead waits for the agent who promised to call. */
function isPromised({ callback }: LeasedLead, now: number): boolean {
  return callback?.agent !== undefined && now < callback.at + ownCallbackMs;
}

/** Whether a lead that was there before is dialed before another one. */
function goesBefore({ lead: there }: HeldLead, { lead }: HeldLead): boolean {
  return there.callback !== undefined || lead.callback === undefined;
}

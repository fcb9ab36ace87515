import type { Kysely } from 'kysely';
import {
  BranchlineError,
  isId,
  whyCall,
  whyCampaign,
  whyLead,
  whyNumber,
  whySite,
  type CampaignFacts,
  type LeadFacts,
  type WhyAnswer,
  type WhyKind,
  type WhyReason,
} from '@branchline/shared';
import { readTyped, waysToWrite } from '../calls/call-search.ts';
import { maskedStory } from '../calls/masks.ts';
import {
  campaignsById,
  findImport,
  findVisible,
  listCampaigns,
  readChoice,
  type ChoiceSettings,
  type LeadCounter,
} from '../campaigns/index.ts';
import type { Clocks } from '../clocks.ts';
import type { Tables } from '../database/index.ts';
import { readSites, type EdgeRegistry } from '../fleet/index.ts';
import {
  findLeadsDialedAt,
  isRecordsAway,
  readCallStory,
  readLeadAttempts,
  readRefusedCalls,
  unlessAway,
  type ClickHouse,
} from '../ingest/index.ts';
import { covers, inBoth, scopeFor, type Principal, type Scope } from '../people/index.ts';
import { findLeadsOf, readLeads, readListings, whyCampaignOf, type StoredLead } from './lead-facts.ts';

export interface WhyContext {
  readonly db: Kysely<Tables>;
  readonly clickHouse: ClickHouse;
  readonly registry: EdgeRegistry;
  readonly counter: LeadCounter;
  readonly clocks: Clocks;
}

/** Campaigns that are looked at when a site is asked about. */
const mostCampaigns = 200;

/** Gathers what is recorded about something and says why it dials or does not, within what the asker may see. */
export class WhyDesk {
  readonly #context: WhyContext;

  constructor(context: WhyContext) {
    this.#context = context;
  }

  /** What a text means: the id of a campaign, a lead or a call, a site, or else a number. */
  async about(principal: Principal, text: string): Promise<WhyAnswer> {
    const { db } = this.#context;
    if (!isId(text)) {
      const site = covers(scopeFor(principal, 'overview.read'), text)
        ? await db.selectFrom('sites').select('id').where('id', '=', text).executeTakeFirst()
        : undefined;
      return this.answer(principal, site ? 'site' : 'number', text);
    }
    const [campaign, lead] = await Promise.all([
      db.selectFrom('campaigns').select('id').where('id', '=', text).executeTakeFirst(),
      db.selectFrom('leads').select('id').where('id', '=', text).executeTakeFirst(),
    ]);
    return this.answer(principal, campaign ? 'campaign' : lead ? 'lead' : 'call', text);
  }

  /** @throws BranchlineError `BL_API_NOT_FOUND`, also for what is out of scope: it must not tell */
  async answer(principal: Principal, kind: WhyKind, id: string): Promise<WhyAnswer> {
    const { name, reasons } = await this.#answers[kind](principal, id);
    const subject = { kind, id, ...(name !== undefined && { name }) };
    return { subject, at: this.#context.clocks.business.now(), reasons };
  }

  readonly #answers: Record<
    WhyKind,
    (principal: Principal, id: string) => Promise<{ name?: string; reasons: WhyReason[] }>
  > = {
    campaign: async (principal, id) => {
      const { db, counter, clocks } = this.#context;
      const campaign = await findVisible(db, id, scopeFor(principal, 'campaign.read'));
      const [leads, zones, next, blocked, sites, full] = await Promise.all([
        counter.of(id),
        db.selectFrom('campaign_zones').select('zone_key').where('campaign', '=', id).execute(),
        this.#nextDue(id),
        this.#lendingBlocked(),
        this.#sites(scopeFor(principal, 'overview.read')),
        this.#full(id, campaign.settings),
      ]);
      return {
        name: campaign.settings.name,
        reasons: whyCampaign({
          now: clocks.business.now(),
          campaign: whyCampaignOf(campaign),
          leads,
          zones: zones.map(({ zone_key }) => zone_key.split(',')),
          sites,
          full,
          ...next,
          ...blocked,
        }),
      };
    },

    site: async (principal, id) => {
      const scope = scopeFor(principal, 'overview.read');
      const [site] = covers(scope, id) ? await this.#sites([id]) : [];
      if (!site) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'site', id });
      const [campaigns, blocked] = await Promise.all([
        listCampaigns(this.#context.db, scopeFor(principal, 'campaign.read'), mostCampaigns),
        this.#lendingBlocked(),
      ]);
      return {
        name: site.name,
        reasons: whySite({ site, campaigns: campaigns.map(whyCampaignOf), ...blocked }),
      };
    },

    lead: async (principal, id) => {
      const [lead] = await this.#leads([id], scopeFor(principal, 'campaign.read'));
      if (!lead) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'lead', id });
      return { name: lead.number, reasons: whyLead(lead) };
    },

    number: async (principal, text) => {
      const { db, clickHouse, clocks } = this.#context;
      const scope = scopeFor(principal, 'campaign.read');
      const numbers = waysToWrite(text);
      const [known, dialed, refused] = await Promise.all([
        findLeadsOf(db, numbers),
        unlessAway(findLeadsDialedAt(clickHouse, numbers)),
        unlessAway(
          // Who asks about numbers here and reads calls there is told neither of the other.
          readRefusedCalls(
            clickHouse,
            numbers,
            clocks.business.now(),
            inBoth(scope, scopeFor(principal, 'call.read')),
          ),
        ),
      ]);
      const leads = await this.#leads([...new Set([...known, ...(dialed ?? [])])], scope);
      const mayList = scopeFor(principal, 'dnc.read').length > 0;
      const campaigns = leads.map(({ campaign }) => campaign);
      const listed = mayList ? await readListings(db, [readTyped(text)?.e164 ?? text], campaigns) : [];
      return {
        reasons: whyNumber({
          readable: readTyped(text) !== undefined,
          listed,
          leads,
          refused: refused ?? [],
          recordsAway: dialed === undefined || leads.some(({ recordsAway }) => recordsAway),
        }),
      };
    },

    call: async (principal, id) => {
      const { db, clickHouse } = this.#context;
      const scope = scopeFor(principal, 'call.read');
      try {
        const story = await readCallStory(clickHouse, id, scope);
        if (!story) throw new BranchlineError('BL_API_NOT_FOUND', { what: 'call', id });
        return { name: maskedStory(principal, story).call.customer, reasons: whyCall(story) };
      } catch (error) {
        if (!isRecordsAway(error)) throw error;
        // Without the records it is still known which lead it was made for.
        const known = await db
          .selectFrom('attempt_calls')
          .innerJoin('attempts', 'attempts.id', 'attempt_calls.attempt')
          .innerJoin('leases', 'leases.id', 'attempts.lease')
          .select(['attempt_calls.lead', 'leases.site'])
          .where('attempt_calls.call', '=', id)
          .executeTakeFirst();
        if (!known || !covers(scope, known.site)) throw error;
        const [lead] = await this.#leads([known.lead], scopeFor(principal, 'campaign.read'));
        if (!lead) throw error;
        return { reasons: whyLead({ ...lead, recordsAway: true }) };
      }
    },
  };

  /** Leads somebody may see, with what ClickHouse adds as far as it answers. */
  async #leads(ids: readonly string[], scope: Scope): Promise<(LeadFacts & StoredLead)[]> {
    const { db, clickHouse, clocks } = this.#context;
    const stored = await readLeads(db, ids, (campaigns) => campaignsById(db, campaigns), scope);
    const since = Math.min(...stored.map(({ createdAt }) => createdAt));
    const [attempts, blocked] = await Promise.all([
      unlessAway(
        readLeadAttempts(
          clickHouse,
          stored.map(({ lead }) => lead.id),
          since,
          scope,
        ),
      ),
      this.#lendingBlocked(),
    ]);
    return stored.map((each) => ({
      ...each,
      now: clocks.business.now(),
      attempts: attempts?.get(each.lead.id) ?? each.attempts,
      recordsAway: attempts === undefined,
      ...blocked,
    }));
  }

  #sites(scope: Scope) {
    const { db, registry, clocks } = this.#context;
    return readSites(db, registry, scope, clocks.transport.now());
  }

  async #nextDue(campaign: string): Promise<{ nextDue?: number }> {
    const first = await this.#context.db
      .selectFrom('leads')
      .select('due_at')
      .where('campaign', '=', campaign)
      .where('state', '=', 'open')
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst();
    return first ? { nextDue: first.due_at } : {};
  }

  /** Quotas that are full, with the names of their lists. */
  async #full(campaign: string, settings: ChoiceSettings): Promise<NonNullable<CampaignFacts['full']>> {
    const { db } = this.#context;
    const { full } = await readChoice(db, campaign, settings);
    return Promise.all(
      full.map(async ({ disposition, leads, list }) => ({
        disposition,
        leads,
        ...(list !== undefined && { list: (await findImport(db, list)).file }),
      })),
    );
  }

  async #lendingBlocked(): Promise<{ lendingBlockedUntil?: number }> {
    const epoch = await this.#context.db
      .selectFrom('lease_epochs')
      .select('blocked_until')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return epoch && epoch.blocked_until !== null ? { lendingBlockedUntil: epoch.blocked_until } : {};
  }
}

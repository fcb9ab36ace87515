import {
  defaultGate,
  gate,
  mergeCalls,
  readPhoneNumber,
  recentCalls,
  lineFaults,
  type CallsMade,
  type Clock,
  type ClockTrust,
  type Desired,
  type DncScope,
  type EdgeCampaign,
  type GateDecision,
  type GateSnapshot,
  type NumberFacts,
  type NumberPlace,
  type Outcome,
} from '@branchline/shared';
import type { Attempt } from './attempt.ts';
import type { Promised } from './call-backs.ts';

export interface GatekeeperOptions {
  readonly business: Clock;
  readonly clockTrust: () => ClockTrust;
  readonly campaign: (id: string) => EdgeCampaign | undefined;
  /** Do-not-call lists the number is on, as known here: those delivered and what was said at this branch; undefined: not known. */
  readonly listed: (
    place: NumberPlace & { number: string },
    campaign: string,
  ) => readonly DncScope[] | undefined;
  /** Whether this box can say a notice of the recording; one that it cannot say is none. */
  readonly saysNotice: (text: string) => boolean;
}

/** A call that this branch made, with an attempt or without. */
export interface OwnCall {
  readonly number: string;
  /** Start of its try. */
  readonly at: number;
  /** Absent: it has not ended. */
  readonly outcome?: Outcome | null;
}

/** How many numbers' places in the numbering plan are remembered. */
const rememberedNumbers = 20_000;

/** What a call back asks of the gate beside the rules of the callee's region. */
const callBackRules = {
  status: 'running',
  mode: 'progressive',
  window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
  attemptsCap: 2,
  ringSeconds: 30,
  record: false,
  gate: { ...defaultGate, frequencyCaps: [] },
} as const satisfies GateSnapshot['campaign'];

const none: CallsMade = { calledAt: [] };

/** Stands at the `gate` with what the branch knows at this moment. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions;
  /** The numbering plan does not change while we run; parsing costs more than everything else the gate does. */
  readonly #places = new Map<string, NumberPlace | undefined>();
  /** Calls of this branch by number; what the lease tells of other branches comes on top. */
  readonly #own = new Map<string, CallsMade>();
  #emergencyNumbers: readonly string[] = [];
  #callerIds: readonly string[] = [];
  #region = 'CN';

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  configure({ emergencyNumbers, lines, site }: Desired): void {
    this.#emergencyNumbers = emergencyNumbers;
    this.#callerIds = lines.filter(({ enabled }) => enabled).flatMap(({ callerIds }) => callerIds);
    if (site.region !== this.#region) this.#places.clear();
    this.#region = site.region;
  }

  /** Takes over the calls that the ledger remembers. */
  restore(calls: readonly OwnCall[]): void {
    for (const call of calls) this.note(call);
  }

  /** A call of this branch was placed, or has ended. Faults of our lines never reached the callee. */
  note({ number, at, outcome }: OwnCall): void {
    const known = recentCalls(this.#own.get(number) ?? none, this.#options.business.now());
    const others = known.calledAt.filter((start) => start !== at);
    const reached = !outcome || !lineFaults.has(outcome);
    this.#own.set(number, {
      ...known,
      calledAt: reached ? [...others, at] : others,
      ...(outcome === 'ABANDONED' && { abandonedAt: Math.max(known.abandonedAt ?? 0, at) }),
    });
  }

  /** Whether this attempt's number may be dialed now. */
  ask(attempt: Attempt): GateDecision {
    const { business, clockTrust, campaign, listed } = this.#options;
    const leased = attempt.leadNumbers[attempt.position];
    const place = this.#placeOf(attempt.number);
    return gate(
      {
        number: attempt.number,
        zones: leased?.zones ?? [],
        attemptsMade: attempt.ordinal - 1,
        dueAt: attempt.dueAt,
        leaseExpiresAt: attempt.leaseExpiresAt,
        consent: attempt.consent,
      },
      {
        now: business.now(),
        clock: clockTrust(),
        campaign: this.#asSaid(campaign(attempt.campaign)),
        attemptsCap: attempt.attemptsCap,
        emergencyNumbers: this.#emergencyNumbers,
        callerIds: this.#callerIds,
        facts: place,
        listed: place && listed({ ...place, number: attempt.number }, attempt.campaign),
        // What other sites did is only known from the lease.
        calls: leased?.calledAt && mergeCalls(leased as CallsMade, this.#own.get(attempt.number) ?? none),
      },
    );
  }

  #asSaid(campaign: EdgeCampaign | undefined): EdgeCampaign | undefined {
    if (!campaign?.gate || this.#options.saysNotice(campaign.gate.recordingNotice.trim())) return campaign;
    return { ...campaign, gate: { ...campaign.gate, recordingNotice: '' } };
  }

  /**
   * Whether somebody who asked for it may be called back now. What their region demands holds as for any other call; their own
   * word is the consent, and calls of other sites do not count against it.
   */
  askBack(
    { e164, zones }: NumberFacts,
    { askedAt, asked = 'keyed in a call', calls, id }: Promised,
  ): GateDecision {
    const { business, clockTrust, listed } = this.#options;
    const place = this.#placeOf(e164);
    return gate(
      {
        number: e164,
        zones,
        attemptsMade: calls,
        dueAt: askedAt,
        leaseExpiresAt: Infinity,
        consent: { at: askedAt, how: asked, reference: id },
      },
      {
        now: business.now(),
        clock: clockTrust(),
        campaign: callBackRules,
        attemptsCap: callBackRules.attemptsCap,
        emergencyNumbers: this.#emergencyNumbers,
        callerIds: this.#callerIds,
        facts: place,
        listed: place && listed({ ...place, number: e164 }, ''),
        calls: this.#own.get(e164) ?? none,
      },
    );
  }

  /**
   * Whether somebody outside may be called now, to whom a customer is handed. What their region demands of a service call holds.
   * @param notice what they hear about the recording; absent: they are not recorded
   */
  askOutside({ e164, zones }: NumberFacts, notice: string | undefined): GateDecision {
    const { business, clockTrust, listed, saysNotice } = this.#options;
    const place = this.#placeOf(e164);
    const now = business.now();
    const said = notice !== undefined && saysNotice(notice) ? notice : '';
    return gate(
      { number: e164, zones, attemptsMade: 0, dueAt: now, leaseExpiresAt: Infinity, consent: undefined },
      {
        now,
        clock: clockTrust(),
        campaign: {
          ...callBackRules,
          mode: 'manual',
          record: notice !== undefined,
          gate: { ...callBackRules.gate, recordingNotice: said },
        },
        attemptsCap: callBackRules.attemptsCap,
        emergencyNumbers: this.#emergencyNumbers,
        callerIds: this.#callerIds,
        facts: place,
        listed: place && listed({ ...place, number: e164 }, ''),
        calls: this.#own.get(e164) ?? none,
      },
    );
  }

  #placeOf(number: string): NumberPlace | undefined {
    if (!this.#places.has(number)) {
      if (this.#places.size >= rememberedNumbers) this.#places.clear();
      this.#places.set(number, readPlace(number, this.#region));
    }
    return this.#places.get(number);
  }
}

function readPlace(number: string, region: string): NumberPlace | undefined {
  try {
    const { region: home, type, national } = readPhoneNumber(number, region);
    return { region: home, type, national };
  } catch {
    return undefined;
  }
}

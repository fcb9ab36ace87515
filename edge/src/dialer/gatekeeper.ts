import {
  readPhoneNumber,
  type Clock,
  type ClockTrust,
  type Desired,
  type EdgeCampaign,
} from '@branchline/shared';
import type { Attempt } from './attempt.ts';
import { gate, type GateDecision } from './gate.ts';

export interface GatekeeperOptions {
  readonly business: Clock;
  readonly clockTrust: () => ClockTrust;
  readonly campaign: (id: string) => EdgeCampaign | undefined;
  /** Numbers that must not be called, as known here: the delivered list and what was said at this branch. */
  readonly isOptedOut: (number: string, campaign: string) => boolean;
}

type NumberFacts = { readonly region: string; readonly type: string | undefined; readonly national: string };

/** How many numbers' places in the numbering plan are remembered. */
const rememberedNumbers = 20_000;

/** Stands at the {@link gate} with what the branch knows at this moment. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions;
  /** The numbering plan does not change while we run; parsing costs more than everything else the gate does. */
  readonly #facts = new Map<string, NumberFacts | undefined>();
  #emergencyNumbers: readonly string[] = [];
  #region = 'CN';

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  configure({ emergencyNumbers, site }: Desired): void {
    this.#emergencyNumbers = emergencyNumbers;
    if (site.region !== this.#region) this.#facts.clear();
    this.#region = site.region;
  }

  /** Whether this attempt's number may be dialed now. */
  ask(attempt: Attempt): GateDecision {
    const { business, clockTrust, campaign, isOptedOut } = this.#options;
    return gate(
      {
        number: attempt.number,
        zones: attempt.leadNumbers[attempt.position]?.zones ?? [],
        attemptsMade: attempt.ordinal - 1,
        dueAt: attempt.dueAt,
        leaseExpiresAt: attempt.leaseExpiresAt,
      },
      {
        now: business.now(),
        clock: clockTrust(),
        campaign: campaign(attempt.campaign),
        attemptsCap: attempt.attemptsCap,
        emergencyNumbers: this.#emergencyNumbers,
        facts: this.#factsOf(attempt.number),
        doNotCall: isOptedOut(attempt.number, attempt.campaign),
      },
    );
  }

  #factsOf(number: string): NumberFacts | undefined {
    if (!this.#facts.has(number)) {
      if (this.#facts.size >= rememberedNumbers) this.#facts.clear();
      this.#facts.set(number, readFacts(number, this.#region));
    }
    return this.#facts.get(number);
  }
}

function readFacts(number: string, region: string): NumberFacts | undefined {
  try {
    const { region: home, type, national } = readPhoneNumber(number, region);
    return { region: home, type, national };
  } catch {
    return undefined;
  }
}

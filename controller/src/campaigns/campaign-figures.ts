import type { Clocks } from '../clocks.ts';
import { readCampaignFigures, unlessAway, type CampaignFigures, type ClickHouse } from '../ingest/index.ts';
import type { Scope } from '../people/index.ts';

/** How long figures are shown without asking again, ms of transport time. */
const freshMs = 2000;
/** Campaigns and scopes remembered. */
const remembered = 500;

const nothing = { attempts: 0, answered: 0, abandoned: 0 };
const none: CampaignFigures = {
  outcomes: {},
  hours: [],
  pace: { hour: nothing, day: nothing, workedMinutes: 0 },
  lines: [],
  reach: { dialed: 0, answered: 0, talked: 0 },
  dispositions: {},
  abandonRate: 0,
};

/**
 * Figures of campaigns. When ClickHouse is away the last known ones are shown with their age, and none at all without one:
 * the campaign itself is steered from PostgreSQL and does not wait for it.
 */
export class FigureDesk {
  readonly #clickHouse: ClickHouse;
  readonly #clocks: Clocks;
  readonly #known = new Map<string, { figures: CampaignFigures; at: number }>();

  constructor(clickHouse: ClickHouse, clocks: Clocks) {
    this.#clickHouse = clickHouse;
    this.#clocks = clocks;
  }

  async of(campaign: string, scope: Scope): Promise<CampaignFigures & { figuresAgeMs?: number }> {
    const key = `${campaign} ${scope === 'all' ? '*' : scope.join(',')}`;
    const known = this.#known.get(key);
    const now = this.#clocks.transport.monotonic();
    if (known && now - known.at < freshMs) return aged(known, now);
    const business = this.#clocks.business.now();
    const figures = await unlessAway(readCampaignFigures(this.#clickHouse, campaign, business, scope));
    if (!figures) return known ? aged(known, now) : none;
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(key, { figures, at: this.#clocks.transport.monotonic() });
    return { ...figures, figuresAgeMs: 0 };
  }
}

function aged(
  known: { figures: CampaignFigures; at: number },
  now: number,
): CampaignFigures & { figuresAgeMs: number } {
  return { ...known.figures, figuresAgeMs: Math.round(now - known.at) };
}

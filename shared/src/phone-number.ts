import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
  ParseError,
} from 'libphonenumber-js/max';
import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { getCountry, getTimezone } from 'countries-and-timezones';
import { BranchlineError } from './errors.ts';

/** A phone number in E.164 form, e.g. `+8613912345678`. */
export type E164 = string & { readonly __brand: 'E164' };

/** What is known about a number without asking anyone. */
export interface NumberFacts {
  readonly e164: E164;
  /** ISO 3166-1 alpha-2 region, or `001` for numbers of no country. */
  readonly region: string;
  readonly type: NumberType;
  /** The number without its country code. */
  readonly national: string;
  /** IANA zones the callee may live in; several where the region has several. */
  readonly zones: readonly string[];
}

/** Whether a text names a region that numbers can be parsed in (ISO 3166-1 alpha-2, upper case). */
export function isRegion(text: string): text is CountryCode {
  return isSupportedCountry(text);
}

/** The digits before a region's national numbers; undefined for what is no region. @param region ISO 3166-1 alpha-2 */
export function countryCodeOf(region: string): string | undefined {
  return isRegion(region) ? getCountryCallingCode(region) : undefined;
}

/**
 * Whether what is dialed may end at an emergency service, however it is written. What is no number of the plan and ends like one of
 * theirs is taken for it: prefixes of exchanges, lines and carriers are not known here.
 * @param dialed with or without separators, country code or prefix
 * @param region ISO 3166-1 alpha-2 region for numbers without a country code
 */
export function isEmergencyNumber(
  dialed: string,
  emergencyNumbers: readonly string[],
  region: string,
): boolean {
  const digits = dialed.normalize('NFKC').replaceAll(/\D/g, '');
  try {
    return emergencyNumbers.includes(readPhoneNumber(dialed, region).national);
  } catch {
    return emergencyNumbers.some((number) => digits.endsWith(number));
  }
}

/**
 * Reads a phone number as a person or a list writes it.
 * @param input the number in national or international form; separators are allowed, letters and extensions are not
 * @param region ISO 3166-1 alpha-2 region for numbers without a country code
 * @throws BranchlineError `BL_PHONE_INVALID`
 */
export function readPhoneNumber(input: string, region: string): NumberFacts {
  const fail = (problem: string): never => {
    throw new BranchlineError('BL_PHONE_INVALID', { input: input.slice(0, 40), region, problem });
  };
  if (!isRegion(region)) return fail('the default region is unknown');
  const text = input.normalize('NFKC').trim();
  if (!/^\+?[\d\s().\-/]{3,30}$/.test(text)) return fail('only digits, spaces and ()-./ are expected');
  try {
    const number = parsePhoneNumberWithError(text, region);
    const type = number.getType();
    // Where a plan knows types at all, having one is what makes a number valid: asking twice costs a third of the time.
    if (type === undefined && !number.isValid()) return fail('no such number exists in the numbering plan');
    const country = number.country ?? '001';
    return {
      e164: number.number as unknown as E164,
      region: country,
      type,
      national: number.nationalNumber,
      zones: zonesOf(country),
    };
  } catch (error) {
    if (error instanceof ParseError) return fail(error.message.toLowerCase().replaceAll('_', ' '));
    throw error;
  }
}

/**
 * A number as it is dialed inside a region: with the trunk prefix where the plan has one, digits only; abroad with `00` before
 * the country code (ITU-T E.123). What is no number of any plan stays as it is, without its plus.
 * @param number E.164, or digits
 * @param region ISO 3166-1 alpha-2
 */
export function dialedWithin(number: string, region: string): string {
  try {
    const parsed = parsePhoneNumberWithError(number, isRegion(region) ? region : 'CN');
    const digits = parsed.country === region ? parsed.formatNational() : `00${parsed.number}`;
    return digits.replaceAll(/\D/g, '');
  } catch {
    return number.replace(/^\+/, '');
  }
}

/** IANA zones of a region; `UTC` where none is known. */
export function zonesOf(region: string): readonly string[] {
  return getCountry(region)?.timezones ?? ['UTC'];
}

/** Region (ISO 3166-1 alpha-2) that a zone lies in, the first where it lies in several. */
export function regionOfZone(zone: string): string | undefined {
  return getTimezone(zone)?.countries[0];
}

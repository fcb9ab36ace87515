/** Who sold a SIM. */
export interface Operator {
  readonly name: string;
  readonly plmn: string;
  readonly serviceCentre: string;
  /** Where balance questions go by message, and the words that ask. */
  readonly service: { readonly number: string; readonly balance: readonly string[]; readonly ussd: string };
}

export const operators: readonly Operator[] = [
  {
    name: 'CHINA MOBILE',
    plmn: '46000',
    serviceCentre: '+8613800200500',
    service: { number: '10086', balance: ['YE', 'CXYE'], ussd: '*100#' },
  },
  {
    name: 'CHN-UNICOM',
    plmn: '46001',
    serviceCentre: '+8613010112500',
    service: { number: '10010', balance: ['YE', '102'], ussd: '*100#' },
  },
  {
    name: 'CHINA TELECOM',
    plmn: '46011',
    serviceCentre: '+8618918999999',
    service: { number: '10001', balance: ['102'], ussd: '*100#' },
  },
];

/** One SIM and its account. */
export interface Sim {
  readonly iccid: string;
  readonly imsi: string;
  /** Its number in national form. */
  readonly msisdn: string;
  readonly operator: Operator;
  /** What is left, in yuan. */
  balance: number;
  /** Asked for when set; three wrong ones lock the SIM. */
  pin?: string;
  pinTriesLeft: number;
  /** The operator refuses it: registration is denied. */
  blocked: boolean;
}

/** The n-th SIM of a world (0–99999); the same n gives the same SIM. */
export function makeSim(n: number, operator: Operator = operators[0]!): Sim {
  const tail = String(n).padStart(5, '0');
  return {
    iccid: withCheckDigit(`898600${operator.plmn.slice(3)}000000${tail}`),
    imsi: `${operator.plmn}12345${tail}`,
    msisdn: `138001${tail}`,
    operator,
    balance: 50,
    pinTriesLeft: 3,
    blocked: false,
  };
}

/** The last digit of ICCID and IMEI (ITU-T E.118, 3GPP TS 23.003: Luhn). */
export function withCheckDigit(digits: string): string {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, i) => {
      const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

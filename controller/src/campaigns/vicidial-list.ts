/** Where in a list that VICIdial exported things are that tell how far its leads are. */
export interface VicidialColumns {
  /** The country code, without which `phone_number` is a national number. */
  readonly phoneCode: number;
  readonly status?: number;
  readonly calledCount?: number;
}

/** What a lead of another dialer is worth here: to be called, done, or never to be called. */
export type LeadStanding = 'open' | 'finished' | 'exhausted' | 'do-not-call';

/** Statuses that VICIdial comes with, by what they say about calling again. */
const statuses: Readonly<Record<LeadStanding, string>> = {
  // New, or nobody was reached, or a talk is owed.
  open: 'NEW QUEUE INCALL NA N B AB A AA AM AL PU PM DROP XDROP PDROP TIMEOT ADC ADCT ERI CG CGT CALLBK CBHOLD DISPO HANGUP DEAD',
  finished: 'SALE XFER NI NP DEC',
  // The number leads to nobody.
  exhausted: 'DC AFAX DUP',
  'do-not-call': 'DNC DNCL DNCC DNCW QDNC',
};

const standings = new Map<string, LeadStanding>(
  (Object.entries(statuses) as [LeadStanding, string][]).flatMap(([standing, names]) =>
    names.split(' ').map((name) => [name, standing] as const),
  ),
);

/** Finds VICIdial's columns by the names of its database; undefined: the list is not one of its. */
export function findVicidialColumns(names: readonly string[]): VicidialColumns | undefined {
  const at = (name: string): number => names.findIndex((each) => each.toLowerCase() === name);
  const phoneCode = at('phone_code');
  if (at('phone_number') < 0 || phoneCode < 0) return undefined;
  const [status, calledCount] = [at('status'), at('called_count')];
  return { phoneCode, ...(status >= 0 && { status }), ...(calledCount >= 0 && { calledCount }) };
}

/** What a status means; undefined for one that a center has made up itself. An empty one is a new lead. */
export function standingOf(status: string): LeadStanding | undefined {
  return status === '' ? 'open' : standings.get(status.toUpperCase());
}

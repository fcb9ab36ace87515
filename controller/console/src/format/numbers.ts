/** How a language writes numbers, rates and sizes. Formatters are costly to make, so each language keeps its own. */
export interface NumberFormat {
  count(value: number): string;
  /** A part of the whole, 0–1; one decimal below ten percent. */
  rate(value: number): string;
  /** A part of the whole with two decimals, where a limit is close. */
  exact(value: number): string;
  /** Something per minute or hour: one decimal below ten. */
  pace(value: number): string;
  /** A size in bytes, in units of 1024. */
  bytes(value: number): string;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const known = new Map<string, NumberFormat>();

export function numberFormat(language: string): NumberFormat {
  const found = known.get(language);
  if (found) return found;
  const whole = new Intl.NumberFormat(language);
  const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const exact = new Intl.NumberFormat(language, {
    style: 'percent',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const made: NumberFormat = {
    count: (value) => whole.format(value),
    rate: (value) => (value < 0.1 && value > 0 ? fine : percent).format(value),
    exact: (value) => exact.format(value),
    pace: (value) => (value < 10 ? one : whole).format(value < 10 ? value : Math.round(value)),
    bytes: (value) => {
      const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(value) / Math.log(1024)));
      return `${one.format(value / 1024 ** step)} ${units[step] ?? ''}`;
    },
  };
  known.set(language, made);
  return made;
}

/** A part of a whole, 0–1; 0 of nothing is 0. */
export function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

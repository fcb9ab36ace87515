import { gsmKinds, Line, LinePolicy, policyOf, Tariff, type BranchPlan } from '@branchline/shared';
import { fieldOf, misfits, problemWord, repeated, type Fault, type Problem } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';

export type PlannedLine = BranchPlan['lines'][number];

/** A number of a field; null or absent while the field is empty. */
type Entry = number | null | undefined;

/** Settings of a line as fields hold them: shares in percent, prices in the currency, an empty field as null. */
export interface LineForm {
  readonly enabled: boolean;
  readonly channels: Entry;
  readonly operator?: string | undefined;
  /** Limits of its own instead of those of its kind. */
  readonly ownPolicy: boolean;
  readonly policy: {
    readonly [K in Exclude<keyof LinePolicy, 'rest' | 'answeredFloor'>]?: Entry;
  } & {
    readonly rest?: { readonly afterCalls?: Entry; readonly seconds?: Entry } | undefined;
    readonly answeredFloor?: { readonly share?: Entry; readonly calls?: Entry } | undefined;
  };
  readonly priced: boolean;
  readonly tariff: {
    readonly currency?: string | undefined;
    readonly perMinute?: Entry;
    readonly perCall?: Entry;
    readonly stepSeconds?: Entry;
    readonly operators?: readonly { readonly operator?: string; readonly perMinute?: Entry }[];
  };
}

/** What the fields of a line begin with. */
export function lineForm(line: PlannedLine): LineForm {
  const policy = policyOf(line);
  const { tariff } = line;
  const { operators, ...prices } = tariff ?? { currency: 'CNY', perMinute: 0, perCall: 0, stepSeconds: 60 };
  return {
    enabled: line.enabled,
    channels: line.channels,
    operator: line.operator,
    ownPolicy: line.policy !== undefined,
    policy: {
      ...policy,
      answeredFloor: policy.answeredFloor && {
        ...policy.answeredFloor,
        share: round(policy.answeredFloor.share * 100),
      },
    },
    priced: tariff !== undefined,
    tariff: {
      ...prices,
      perMinute: prices.perMinute / 1e6,
      perCall: prices.perCall / 1e6,
      operators: Object.entries(operators ?? {}).map(([operator, price]) => ({
        operator,
        perMinute: price / 1e6,
      })),
    },
  };
}

/** The line as the fields state it; what is wrong with them stands in it, too (`lineFaults`). */
export function lineOf(line: PlannedLine, form: LineForm): PlannedLine {
  const { operator: _, policy: __, tariff: ___, ...rest } = line;
  const { answeredFloor, ...limits } = form.policy;
  const operator = form.operator?.trim();
  const share = answeredFloor?.share;
  const policy = filled({
    ...limits,
    answeredFloor: { ...answeredFloor, share: typeof share === 'number' ? round(share / 100) : share },
  });
  const { operators = [], perMinute, perCall, ...prices } = form.tariff;
  const named = operators.map((one) => [(one.operator ?? '').trim(), micros(one.perMinute)] as const);
  const tariff = filled({
    ...prices,
    currency: prices.currency?.trim().toUpperCase(),
    perMinute: micros(perMinute),
    perCall: micros(perCall),
    operators: Object.fromEntries(named),
  });
  // What fields can hold is wider than what a plan may: whoever sends it asks `lineFaults` before.
  return {
    ...rest,
    enabled: form.enabled,
    channels: form.channels,
    ...(operator && { operator }),
    ...(form.ownPolicy && { policy }),
    ...(form.priced && { tariff }),
  } as PlannedLine;
}

/** What is wrong with the settings of a line, each at its field. */
export function lineFaults(t: T, line: PlannedLine, form: LineForm): Fault[] {
  const stated = lineOf(line, form);
  const { channels, operator } = Line.properties;
  const problems = [
    ...misfits('', { channels, operator }, stated, ['channels']),
    ...misfits('/policy', LinePolicy.properties, stated.policy),
    ...misfits('/tariff', Tariff.properties, stated.tariff, [
      'currency',
      'perMinute',
      'perCall',
      'stepSeconds',
    ]),
    ...(form.priced ? operatorProblems(form.tariff.operators ?? []) : []),
  ];
  // A rule of the plan, not of the schema of a line.
  if (gsmKinds.has(line.kind) && (form.channels ?? 1) > 1) problems.push(['/channels', 'must be <= 1']);
  return problems.map(([place, problem]) => ({
    field: fieldOf(place),
    text: problemWord(t, problem) ?? problem,
  }));
}

function operatorProblems(rows: NonNullable<LineForm['tariff']['operators']>): Problem[] {
  const place = (i: number, name: string): string => `/tariff/operators/${i}/${name}`;
  return [
    ...rows.flatMap(({ operator, perMinute }, i): Problem[] => [
      ...(operator?.trim() ? [] : ([[place(i, 'operator'), 'required property']] as const)),
      ...(typeof perMinute === 'number' ? [] : ([[place(i, 'perMinute'), 'required property']] as const)),
    ]),
    ...repeated(rows.map(({ operator }) => operator?.trim())).map((i): Problem => [
      place(i, 'operator'),
      'is there twice',
    ]),
  ];
}

function micros(price: Entry): number | undefined {
  return typeof price === 'number' ? Math.round(price * 1e6) : undefined;
}

/** Digits past the sixth are of floating point, not of anybody's. */
function round(value: number): number {
  return Number(value.toFixed(6));
}

/** Without what is empty. */
function filled(value: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const kept = part !== null && typeof part === 'object' ? filled(part as Record<string, unknown>) : part;
      const empty =
        kept === null || kept === undefined || (typeof kept === 'object' && Object.keys(kept).length === 0);
      return empty ? [] : [[name, kept]];
    }),
  );
}

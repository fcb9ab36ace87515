import { BranchlineError, type ColumnMapping } from '@branchline/shared';
import { findVicidialColumns, type VicidialColumns, type VicidialHints } from './vicidial-list.ts';

/** Where in a row things are. */
export interface ListColumns {
  /** How many cells a row must have. */
  readonly width: number;
  readonly phones: readonly number[];
  readonly zone?: number;
  readonly priority?: number;
  readonly consent?: { readonly at: number; readonly how: number; readonly reference: number };
  /** In a list that VICIdial exported. */
  readonly vicidial?: VicidialColumns & VicidialHints & Pick<ColumnMapping, 'statuses' | 'callbackZone'>;
  /** Everything else that goes to the agent's screen. */
  readonly fields: readonly { readonly at: number; readonly name: string }[];
}

const phoneHeading =
  /^(?:phone|alt[ _]phone|mobile|tel|telephone|手机|手机号|手机号码|电话|电话号码|号码)[ _-]?(?:number|no\.?)?[ _-]?\d{0,2}$/i;
const nameHeading = /^(?:name|full[ _]?name|姓名)$/i;
const priorityHeading = /^(?:priority|优先级)$/i;
const zoneHeading = /^(?:zone|time[ _]?zone|timezone|时区)$/i;

const consentHeadings = {
  at: /^(?:consent[ _]?(?:at|date|time)|同意时间)$/i,
  how: /^(?:consent[ _]?(?:how|type|channel)|同意方式)$/i,
  reference: /^(?:consent[ _]?(?:reference|evidence)|同意凭证)$/i,
};

const mostPhones = 10;
const mostFields = 60;
const longestName = 60;

/**
 * Finds the columns of a list by its first row.
 * @throws BranchlineError `BL_IMPORT_COLUMNS` when there is no phone column, or none of the name that was mapped
 */
export function readColumns(header: readonly string[], mapping: ColumnMapping = {}): ListColumns {
  const names = header.map((cell, i) => cell.trim() || `column ${i + 1}`);
  const missing = (column: string): never => {
    throw new BranchlineError('BL_IMPORT_COLUMNS', {
      column,
      columns: names.slice(0, 20).join(', ').slice(0, 300),
    });
  };
  const indexOf = (name: string): number => {
    const at = names.findIndex((candidate) => candidate.toLowerCase() === name.trim().toLowerCase());
    return at < 0 ? missing(name) : at;
  };
  const find = (pattern: RegExp, mapped: string | undefined): number | undefined => {
    if (mapped !== undefined) return indexOf(mapped);
    const at = names.findIndex((name) => pattern.test(name));
    return at < 0 ? undefined : at;
  };
  const phones = mapping.phones
    ? mapping.phones.map(indexOf)
    : names.flatMap((name, i) => (phoneHeading.test(name) ? [i] : []));
  if (phones.length === 0) return missing('phone');
  const zone = find(zoneHeading, mapping.zone);
  const priority = find(priorityHeading, mapping.priority);
  const name = find(nameHeading, mapping.name);
  const at = find(consentHeadings.at, mapping.consent?.at);
  const how = find(consentHeadings.how, mapping.consent?.how);
  const reference = find(consentHeadings.reference, mapping.consent?.reference);
  // Two of the three are no evidence: they stay fields like any others.
  const consent =
    at !== undefined && how !== undefined && reference !== undefined ? { at, how, reference } : undefined;
  const vicidial = findVicidialColumns(names);
  const used = new Set<number>([
    ...phones,
    ...Object.values(vicidial?.columns ?? {}),
    ...(zone === undefined ? [] : [zone]),
    ...(priority === undefined ? [] : [priority]),
    ...Object.values(consent ?? {}),
  ]);
  const taken = new Set<string>();
  const fields = names
    .flatMap((heading, i) =>
      used.has(i) ? [] : [{ at: i, name: i === name ? 'name' : heading.slice(0, longestName) }],
    )
    .map((field) => {
      let unique = field.name;
      for (let n = 2; taken.has(unique); n++) unique = `${field.name.slice(0, longestName - 4)} ${n}`;
      taken.add(unique);
      return { at: field.at, name: unique };
    });
  if (fields.length > mostFields) {
    throw new BranchlineError('BL_IMPORT_TOO_LARGE', {
      what: 'The number of columns',
      limit: `${mostFields}`,
    });
  }
  return {
    width: names.length,
    phones: phones.slice(0, mostPhones),
    fields,
    ...(zone !== undefined && { zone }),
    ...(priority !== undefined && { priority }),
    ...(consent && { consent }),
    ...(vicidial && {
      vicidial: {
        ...vicidial.columns,
        ...vicidial.hints,
        ...(mapping.statuses && { statuses: mapping.statuses }),
        ...(mapping.callbackZone !== undefined && { callbackZone: mapping.callbackZone }),
      },
    }),
  };
}

import type { T } from '../words/use-words.ts';
import { readDetails } from '../words/error-text.ts';
import { errorCatalogue } from '@branchline/shared';

/** The reasons for which the import leaves rows out, as the controller writes them, and the words for each. */
const reasons = [
  { template: 'it has no phone number', key: 'noNumber' },
  { template: 'it has {cells} cells, the heading has {width}', key: 'cells' },
  { template: 'there is no time zone "{zone}"', key: 'zone' },
  { template: 'its priority "{priority}" is no whole number from 0 to 100', key: 'priority' },
  { template: 'its status "{status}" is none of VICIdial\'s own: say what it means', key: 'status' },
  { template: '"{name}" is longer than {most} characters', key: 'long' },
  { template: '"{name}" contains a NUL character', key: 'nul' },
  { template: errorCatalogue.BL_PHONE_INVALID.message, key: 'number' },
] as const;

/** Why a row was left out, in the person's language; an unknown reason stays as the controller wrote it. */
export function reasonOfRow(t: T, reason: string): string {
  for (const { template, key } of reasons) {
    const details = readDetails(template, reason);
    if (details) return t(`imports.reason.${key}`, { ...details, defaultValue: reason });
  }
  return reason;
}

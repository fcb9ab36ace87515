import { BranchlineError } from '@branchline/shared';
import { argument } from './event-socket.ts';

/** Channel variables of a dial string; undefined ones are left out. */
export type ChannelVariables = Readonly<Record<string, string | number | boolean | undefined>>;

const variableName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

function refuse(name: string, problem: string): never {
  throw new BranchlineError('BL_SWITCH_ARGUMENT', { name, problem });
}

/**
 * Renders `{a=1,b='two words'}`. Customer data may pass through here, so everything that could end the value, start a
 * further leg or expand a variable is refused instead of escaped: FreeSWITCH's own escaping differs between its parsers.
 * @throws BranchlineError `BL_SWITCH_ARGUMENT`
 */
export function renderVariables(variables: ChannelVariables): string {
  const parts = Object.entries(variables).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (!variableName.test(name)) refuse(name, 'not a variable name');
    const text = argument(name, String(value));
    if (/[{}[\]<>'"\\$,|]/.test(text)) refuse(name, 'it contains dial string syntax');
    return [`${name}=${text.includes(' ') ? `'${text}'` : text}`];
  });
  return parts.length > 0 ? `{${parts.join(',')}}` : '';
}

/** `sofia/gateway/<gateway>/<number>` with both parts checked. */
export function gatewayTarget(gateway: string, number: string): string {
  if (!/^[a-z0-9-]{1,40}$/.test(gateway)) refuse('gateway', 'not a line name');
  if (!/^[0-9+*#]{1,32}$/.test(number)) refuse('number', 'not digits');
  return `sofia/gateway/${gateway}/${number}`;
}

/** `freetdm/<span>/<a|A>/<number>` with its parts checked; `down` looks for a free timeslot from the highest. */
export function spanTarget(span: string, hunt: 'up' | 'down', number: string): string {
  if (!/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9_]{0,31}$/.test(span)) refuse('span', 'not the name of a span');
  if (!/^[0-9*#]{1,32}$/.test(number)) refuse('number', 'not digits');
  return `freetdm/${span}/${hunt === 'up' ? 'a' : 'A'}/${number}`;
}

/** `user/<extension>@<domain>` with both parts checked. */
export function phoneTarget(extension: string, domain: string): string {
  if (!/^\d{1,8}$/.test(extension)) refuse('extension', 'not an extension');
  if (!/^[A-Za-z0-9.-]{1,80}$/.test(domain)) refuse('domain', 'not a domain');
  return `user/${extension}@${domain}`;
}

/** `sofia/sites/<ticket>@<address>` with both parts checked. @param address IPv4 and port */
export function siteTarget(address: string, ticket: string): string {
  if (!/^[0-9a-f]{32}$/.test(ticket)) refuse('ticket', 'not a ticket');
  if (!/^\d{1,3}(?:\.\d{1,3}){3}:\d{2,5}$/.test(address)) refuse('address', 'not an address with its port');
  return `sofia/sites/${ticket}@${address}`;
}

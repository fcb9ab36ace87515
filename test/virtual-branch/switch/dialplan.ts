import type { XmlElement } from './xml-tree.ts';
import { attribute, childrenOf } from './xml-tree.ts';

/** An application with its argument, captures already put in, `${…}` not yet. */
export interface Action {
  readonly application: string;
  readonly data: string;
}

/** What matching may look at. `field` knows caller profile fields, `expand` replaces `${…}`, `inline` runs an action now. */
export interface HuntContext {
  field(name: string): string | undefined;
  expand(text: string): string;
  inline(action: Action): void;
  /** Local time of the switch, for time-of-day conditions. */
  readonly now: Date;
}

export interface Hunt {
  readonly actions: readonly Action[];
  /** Name of the last extension that matched. */
  readonly extension: string | undefined;
}

/** Walks the extensions of a context as mod_dialplan_xml does: first match wins unless it says `continue`. */
export function hunt(context: XmlElement, hunting: HuntContext, only?: string): Hunt {
  const actions: Action[] = [];
  let extension: string | undefined;
  for (const candidate of childrenOf(context, 'extension')) {
    const name = attribute(candidate, 'name') ?? 'UNKNOWN';
    if (only !== undefined && name !== only) continue;
    const before = actions.length;
    const matched = matchExtension(candidate, hunting, actions);
    if (matched || actions.length > before) extension = name;
    if ((matched || actions.length > before) && attribute(candidate, 'continue') !== 'true') break;
  }
  return { actions, extension };
}

function matchExtension(extension: XmlElement, hunting: HuntContext, actions: Action[]): boolean {
  let proceed = true;
  let matched = false;
  for (const condition of childrenOf(extension, 'condition')) {
    const captures = matchCondition(condition, hunting);
    matched = captures !== undefined;
    collect(condition, captures ? 'action' : 'anti-action', captures ?? [], hunting, actions);
    const policy = attribute(condition, 'break') ?? 'on-false';
    if (policy === 'always') proceed = false;
    else if (policy === 'on-true') proceed = !captures;
    else if (policy === 'on-false') proceed = captures !== undefined;
    if (!proceed) break;
  }
  return matched;
}

function collect(
  condition: XmlElement,
  tag: 'action' | 'anti-action',
  captures: readonly string[],
  hunting: HuntContext,
  actions: Action[],
): void {
  for (const node of condition.children) {
    if (node.name !== tag) continue;
    const text = attribute(node, 'data') ?? '';
    const data = text.replaceAll(/(?<!\\)\$(\d)/g, (_, index: string) => captures[Number(index)] ?? '');
    const action = { application: attribute(node, 'application') ?? '', data };
    if (attribute(node, 'inline') === 'true') hunting.inline(action);
    else actions.push(action);
  }
}

/** The captures of a condition that holds, undefined when it does not. */
function matchCondition(condition: XmlElement, hunting: HuntContext): readonly string[] | undefined {
  if (!withinTimes(condition, hunting.now)) return undefined;
  const regexes = childrenOf(condition, 'regex');
  if (regexes.length > 0) return matchRegexes(attribute(condition, 'regex') ?? 'all', regexes, hunting);
  return matchField(condition, hunting);
}

function matchRegexes(
  mode: string,
  regexes: readonly XmlElement[],
  hunting: HuntContext,
): readonly string[] | undefined {
  const results = regexes.map((regex) => matchField(regex, hunting));
  const hits = results.filter((result) => result !== undefined);
  const holds =
    mode === 'any' ? hits.length > 0 : mode === 'xor' ? hits.length === 1 : hits.length === results.length;
  return holds ? (hits.at(-1) ?? []) : undefined;
}

function matchField(node: XmlElement, hunting: HuntContext): readonly string[] | undefined {
  const field = attribute(node, 'field');
  const expression = attribute(node, 'expression');
  if (field === undefined || expression === undefined) return [];
  const value = field.includes('${') ? hunting.expand(field) : (hunting.field(field) ?? '');
  return matchExpression(hunting.expand(expression), value);
}

/** A PCRE as far as dialplans use it; what JavaScript cannot parse never matches. */
export function matchExpression(expression: string, value: string): readonly string[] | undefined {
  let source = expression;
  let flags = 'u';
  const delimited = /^\/(.*)\/([a-z]*)$/.exec(source);
  if (delimited) {
    source = delimited[1] ?? '';
    if (delimited[2]?.includes('i') === true) flags += 'i';
  }
  if (source.startsWith('(?i)')) {
    source = source.slice(4);
    flags += 'i';
  }
  const match = compile(source, flags)?.exec(value);
  return match ? match.map((group) => group ?? '') : undefined;
}

const compiled = new Map<string, RegExp | undefined>();

function compile(source: string, flags: string): RegExp | undefined {
  const key = `${flags}/${source}`;
  if (!compiled.has(key)) {
    compiled.set(key, tryCompile(source, flags) ?? tryCompile(source, flags.replace('u', '')));
  }
  return compiled.get(key);
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function withinTimes(condition: XmlElement, now: Date): boolean {
  const parts: readonly [attributeName: string, value: number][] = [
    ['year', now.getUTCFullYear()],
    ['mon', now.getUTCMonth() + 1],
    ['mday', now.getUTCDate()],
    ['wday', now.getUTCDay() + 1],
    ['hour', now.getUTCHours()],
    ['minute', now.getUTCMinutes()],
    ['minute-of-day', now.getUTCHours() * 60 + now.getUTCMinutes() + 1],
  ];
  for (const [name, value] of parts) {
    const ranges = attribute(condition, name);
    if (ranges !== undefined && !inRanges(ranges, value)) return false;
  }
  const times = attribute(condition, 'time-of-day');
  if (times === undefined) return true;
  const seconds = (now.getUTCHours() * 60 + now.getUTCMinutes()) * 60 + now.getUTCSeconds();
  return times.split(',').some((range) => {
    const [from = '', to = ''] = range.split('-');
    return seconds >= secondsOf(from) && seconds <= secondsOf(to);
  });
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
}

function inRanges(ranges: string, value: number): boolean {
  return ranges.split(',').some((range) => {
    const [from = Number.NaN, to] = range.split('-').map(Number);
    return value >= from && value <= (to ?? from);
  });
}

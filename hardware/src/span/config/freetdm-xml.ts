import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { problemOf } from '@branchline/shared';
import type { SpanKind } from '../span.ts';
import { Findings, type ConfigFinding } from './finding.ts';
import { libpriAliases, libpriParams, sangomaWords } from './libpri-params.ts';

export interface LibpriParam {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

/** A `<span>` of `<libpri_spans>`. */
export interface LibpriSpan {
  readonly line: number;
  readonly name: string;
  readonly params: readonly LibpriParam[];
}

export interface FreetdmXml {
  /** Of libpri. */
  readonly spans: readonly LibpriSpan[];
  /** Names of the spans of all stacks. */
  readonly names: ReadonlySet<string>;
  readonly findings: readonly ConfigFinding[];
}

interface Element {
  readonly tag: string;
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

const sections =
  `settings libpri_spans pri_spans analog_spans analog_em_spans r2_spans pritap_spans sangoma_pri_spans
sangoma_bri_spans sangoma_ss7_spans gsm_spans`.split(/\s+/);

/**
 * Reads `freetdm.conf.xml` and tells the mistakes of its libpri spans; other stacks are not looked into.
 * @param kindOf of a span, as `freetdm.conf` has it; undefined for one that is not there
 */
export function readFreetdmXml(
  text: string,
  kindOf: (span: string) => SpanKind | undefined = () => undefined,
): FreetdmXml {
  const findings = new Findings('freetdm.conf.xml');
  const root = rootOf(findings, text);
  if (!root) return { spans: [], names: new Set(), findings: findings.all };
  const spans: LibpriSpan[] = [];
  const names = new Set<string>();
  for (const section of root.children) {
    if (!sections.includes(section.tag))
      findings.error(
        section.line,
        `there is no section <${section.tag}>`,
        'A PRI over libpri belongs into <libpri_spans>.',
      );
    for (const { attributes } of section.children) names.add(nameOf(attributes) ?? '');
    if (section.tag !== 'libpri_spans') continue;
    for (const element of section.children) {
      const span = readSpan(findings, element);
      if (!span) continue;
      if (spans.some(({ name }) => name === span.name))
        findings.error(span.line, `the span "${span.name}" is there twice`, 'Remove one of them.');
      spans.push(span);
      checkParams(findings, span, kindOf(span.name));
    }
  }
  return { spans, names, findings: findings.all };
}

/** Undefined, and told of, when it cannot be read. */
function rootOf(findings: Findings, text: string): Element | undefined {
  const refuse = (line: number, problem: string): undefined => {
    findings.error(line, `this is no XML: ${problem}`, 'FreeSWITCH ignores the whole file; correct it here.');
  };
  const valid = XMLValidator.validate(text);
  if (valid !== true) return refuse(valid.err.line, valid.err.msg);
  try {
    return elements(text)[0] ?? refuse(1, 'it is empty');
  } catch (error) {
    return refuse(1, problemOf(error));
  }
}

function nameOf(attributes: Element['attributes']): string | undefined {
  return attributes['name'] ?? attributes['id'];
}

function readSpan(findings: Findings, { tag, line, attributes, children }: Element): LibpriSpan | undefined {
  const name = nameOf(attributes);
  if (tag === 'span' && name !== undefined) {
    const read = children.map((child): LibpriParam => {
      const { name: param = '', value = '' } = child.attributes;
      return { line: child.line, name: param, value };
    });
    return { line, name, params: read };
  }
  findings.error(
    line,
    `<${tag}> is no span with a name`,
    'Write <span name="…"> with the name of freetdm.conf.',
  );
  return undefined;
}

function checkParams(findings: Findings, span: LibpriSpan, kind: SpanKind | undefined): void {
  const seen = new Map<string, LibpriParam>();
  for (const param of span.params) {
    const name = libpriAliases.get(param.name) ?? param.name;
    const known = libpriParams.get(name);
    if (!known) {
      findings.error(
        param.line,
        `libpri has no parameter "${param.name}": the span is not loaded at all`,
        unknownAdvice(param.name),
      );
      continue;
    }
    const [isGood, advice] = known;
    if (!isGood(param.value)) findings.error(param.line, wrongValue(name, param), advice);
    if (seen.has(name))
      findings.warn(
        param.line,
        `${param.name} is set twice`,
        `The last one holds; remove line ${seen.get(name)!.line}.`,
      );
    seen.set(name, param);
  }
  checkLaw(findings, span, kind, seen.get('l1'));
  if (!seen.has('switch'))
    findings.error(
      span.line,
      `${span.name} has no switch`,
      'Name the dialect, in China and Europe euroisdn.',
    );
  if (!seen.has('node'))
    findings.warn(
      span.line,
      `${span.name} does not say which side it is`,
      'Add node, cpe towards a carrier.',
    );
}

function wrongValue(name: string, { name: written, value }: LibpriParam): string {
  return name === 'switch'
    ? `"${value}" is no dialect of libpri: the span would speak DMS-100`
    : `"${value}" is no ${written}`;
}

function unknownAdvice(name: string): string {
  const instead = sangomaWords.get(name);
  return instead === undefined
    ? 'Remove it, or correct its name.'
    : `That is a word of the Sangoma stack: use ${instead}.`;
}

function checkLaw(
  findings: Findings,
  span: LibpriSpan,
  kind: SpanKind | undefined,
  l1: LibpriParam | undefined,
): void {
  if (kind === 't1')
    return l1?.value === 'alaw'
      ? findings.warn(l1.line, 'A-law on a T1', 'T1 lines speak µ-law.')
      : undefined;
  const isMuLaw = l1 === undefined || l1.value === 'ulaw' || l1.value === 'mulaw';
  if (!isMuLaw) return;
  const problem = `${span.name} speaks µ-law${l1 ? '' : ', because l1 is not set'}`;
  const advice = 'Add l1 with the value alaw: everybody on an E1 sounds distorted otherwise.';
  if (kind === 'e1') findings.error(l1?.line ?? span.line, problem, advice);
  else findings.warn(l1?.line ?? span.line, problem, advice);
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  captureMetaData: true,
});

/** The tree with the line on which each element begins. */
function elements(text: string): Element[] {
  // The parser's own type is `any`; with preserveOrder it is a list of these.
  type Node = Readonly<Record<string, unknown>>;
  const metaData = XMLParser.getMetaDataSymbol() as symbol;
  const read = (nodes: readonly Node[]): Element[] =>
    nodes.flatMap((node) => {
      const tag = Object.keys(node).find((key) => key !== ':@' && !/^[#?]/.test(key));
      if (tag === undefined) return [];
      const { startIndex } = (node as Record<symbol, { startIndex?: number } | undefined>)[metaData] ?? {};
      return {
        tag,
        line: text.slice(0, startIndex ?? 0).split('\n').length,
        attributes: (node[':@'] ?? {}) as Readonly<Record<string, string>>,
        children: read(node[tag] as readonly Node[]),
      };
    });
  return read(parser.parse(text) as readonly Node[]);
}

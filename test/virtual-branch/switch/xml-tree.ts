import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element with its attributes and child elements, in document order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

/** The document cannot be parsed; the text is what the switch prints after `+OK [`. */
export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError';
}

const parser = new XMLParser({
  ignoreAttributes: false,
  preserveOrder: true,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
});

/**
 * Parses a document into its root element.
 * @throws XmlSyntaxError with the wording of switch_xml.c where it is known.
 */
export function parseXml(text: string): XmlElement {
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw new XmlSyntaxError(wording(verdict.err));
  const roots = (parser.parse(text) as ParsedNode[]).map(element).filter((node) => node !== undefined);
  const root = roots[0];
  if (!root) throw new XmlSyntaxError('[error near line 1]: root tag missing');
  return root;
}

// What fast-xml-parser yields with preserveOrder: one key per node is the tag, ':@' holds its attributes.
type ParsedNode = Record<string, ParsedNode[] | Record<string, string>>;

function element(node: ParsedNode): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ':@');
  if (name === undefined || name.startsWith('#') || name.startsWith('?')) return undefined;
  const children = (node[name] as ParsedNode[]).map(element).filter((child) => child !== undefined);
  return { name, attributes: (node[':@'] as Record<string, string> | undefined) ?? {}, children };
}

function wording(problem: { msg: string; line: number }): string {
  const unclosed = /(?:Unclosed tag|closing tag for|Expected closing tag) '?([\w:.-]+)/i.exec(problem.msg);
  return unclosed
    ? `[error near line ${problem.line}]: unclosed tag <${unclosed[1]}>`
    : `[error near line ${problem.line}]: ${problem.msg}`;
}

export function attribute(node: XmlElement | undefined, name: string): string | undefined {
  return node?.attributes[name];
}

export function childrenOf(node: XmlElement | undefined, name: string): readonly XmlElement[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}

export function child(node: XmlElement | undefined, name: string): XmlElement | undefined {
  return node?.children.find((candidate) => candidate.name === name);
}

/** All descendants with a name, in document order. */
export function descendants(node: XmlElement | undefined, name: string): readonly XmlElement[] {
  if (!node) return [];
  return node.children.flatMap((each) => [...(each.name === name ? [each] : []), ...descendants(each, name)]);
}

/** `<param name value>` (or another tag) children as a map. */
export function pairs(node: XmlElement | undefined, tag = 'param'): Map<string, string> {
  return new Map(
    childrenOf(node, tag).map((each) => [each.attributes['name'] ?? '', each.attributes['value'] ?? '']),
  );
}

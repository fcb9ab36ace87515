import { pick, randomInteger, type RandomSource } from '@branchline/shared';

/** A request that makes little sense. */
export interface OddRequest {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string | Buffer;
}

/** What is needed of an OpenAPI document to make requests that fit it, or nearly. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
}
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly pattern?: string;
}

const oddTexts = [
  '',
  'x',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '🙂'.repeat(50),
  "'; DROP TABLE leads; --",
  '{{7*7}}',
  '../../../etc/passwd',
  'x'.repeat(5000),
  '__proto__',
  '-1',
  '1e999',
  '0001-01-01',
] as const;
const oddNumbers = [0, -1, 1, 0.5, 7, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308] as const;
const oddSegments = [
  'x',
  '%00',
  'a%00b',
  '%ff',
  '..%2f..%2fetc',
  '%27%3B--',
  'x'.repeat(300),
  '01a1fd78-f9c1-7000-8000-00caf69022e7',
  '__proto__',
  '-1',
] as const;

function oddValue(random: RandomSource, depth: number): unknown {
  const kind = randomInteger(random, 0, depth > 3 ? 3 : 5);
  if (kind === 0) return null;
  if (kind === 1) return random.next() < 0.5;
  if (kind === 2) return pick(random, oddNumbers);
  if (kind === 3) return pick(random, oddTexts);
  const count = randomInteger(random, 0, 3);
  if (kind === 4) return Array.from({ length: count }, () => oddValue(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: count }, () => [pick(random, oddTexts), oddValue(random, depth + 1)]),
  );
}

/** Texts that fit the patterns of the contract, so that a request gets past its schema now and then. */
const fitting = ['a', 'site-9', 'CN', 'Asia/Shanghai', '+8613800000000', '1001', '13912345678'] as const;

/** A value of the right shape with odd leaves; sometimes of another shape. */
function nearly(schema: Schema | undefined, random: RandomSource, depth = 0): unknown {
  if (!schema || random.next() < 0.04) return oddValue(random, depth);
  if ('const' in schema) return schema.const;
  if (schema.enum) return pick(random, schema.enum);
  if (schema.anyOf) return nearly(pick(random, schema.anyOf), random, depth);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(() => random.next() < 0.9)
          .map(([name, inner]) => [name, nearly(inner, random, depth + 1)]),
      );
    case 'array':
      return Array.from({ length: randomInteger(random, 0, 2) }, () =>
        nearly(schema.items, random, depth + 1),
      );
    case 'string':
      return pick(random, random.next() < 0.5 ? fitting : oddTexts);
    case 'integer':
    case 'number':
      return pick(random, random.next() < 0.5 ? [1, 60, 100] : oddNumbers);
    case 'boolean':
      return random.next() < 0.5;
    case undefined:
    default:
      return oddValue(random, depth);
  }
}

/**
 * Requests for every method and address of an API: without a body, with bytes, with odd JSON, and with JSON that nearly
 * fits; ids and questions in the address are odd too.
 */
export function oddRequests(api: ApiDocument, random: RandomSource, each: number): OddRequest[] {
  return Object.entries(api.paths).flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([name, operation]) =>
      Array.from({ length: each }, (_, turn) => {
        const method = name.toUpperCase();
        const filled = template.replaceAll(/\{\w+\}/g, () => pick(random, oddSegments));
        const asked = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
        const query = asked.map(({ name: key, schema }) => {
          const value = nearly(schema, random);
          return `${key}=${encodeURIComponent(wellFormed(typeof value === 'string' ? value : JSON.stringify(value)))}`;
        });
        const path = query.length > 0 && turn > 0 ? `${filled}?${query.join('&')}` : filled;
        return { method, path, ...(method !== 'GET' && oddBody(operation, random, turn)) };
      }),
    ),
  );
}

function oddBody(operation: Operation, random: RandomSource, turn: number): Partial<OddRequest> {
  const json = 'application/json';
  const schema = operation.requestBody?.content?.[json]?.schema;
  switch (turn) {
    case 0:
      return {};
    case 1:
      return { type: json, body: Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x22]) };
    case 2:
      return { type: 'multipart/form-data; boundary=x', body: '--x\r\nno headers\r\n--' };
    case 3:
      return { type: 'application/x-unknown', body: 'x' };
    case 4:
      return { type: json, body: '['.repeat(20_000) };
    case 5:
      return { type: json, body: JSON.stringify(oddValue(random, 0)) };
    default:
      return { type: json, body: JSON.stringify(nearly(schema, random)) };
  }
}

/** An address can hold only whole characters. */
function wellFormed(text: string | undefined): string {
  return (text ?? '').toWellFormed();
}

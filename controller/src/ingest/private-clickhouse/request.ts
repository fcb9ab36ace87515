/** What a request to ClickHouse's HTTP interface asks for, as far as the front understands it. */
export type ClickHouseRequest =
  | { readonly kind: 'ping' }
  | {
      readonly kind: 'query';
      /** From the URL; the body may hold the statement, or what follows it. */
      readonly sql: string;
      readonly database: string | undefined;
      readonly format: string | undefined;
      readonly queryId: string | undefined;
      readonly settings: Readonly<Record<string, string>>;
      readonly params: Readonly<Record<string, string>>;
      readonly readonly: boolean;
      /** Revision of the Native format that the client would like; 0 when it does not say. */
      readonly nativeRevision: number;
      readonly gzipBody: boolean;
      readonly gzipAnswer: boolean;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly code: number; readonly problem: string };

export interface RequestHead {
  readonly method: string;
  /** Path and search. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Parameters of the interface itself, which are no settings of the engine. */
const own: ReadonlySet<string> = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'user',
  'password',
  'quota_key',
  'stacktrace',
  'wait_end_of_query',
  'buffer_size',
  'client_protocol_version',
]);

/** What one process without users and HTTP sessions cannot do; saying so beats doing something else. */
const unsupported: ReadonlySet<string> = new Set([
  'session_id',
  'session_timeout',
  'session_check',
  'role',
  'compress',
  'decompress',
]);

const badArguments = 36;
const notImplemented = 48;

/** Reads the head of a request. Names of settings become SQL words, so nothing but identifiers passes. */
export function readRequest(head: RequestHead): ClickHouseRequest {
  const url = new URL(head.url, 'http://front');
  if (url.pathname === '/ping') return { kind: 'ping' };
  if (url.pathname !== '/') return refused(404, badArguments, `There is no handle ${url.pathname}`);
  if (head.method !== 'GET' && head.method !== 'POST')
    return refused(405, badArguments, `Method ${head.method} is not supported`);
  const settings: Record<string, string> = {};
  const params: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (own.has(name)) continue;
    if (unsupported.has(name))
      return refused(501, notImplemented, `The parameter ${name} is not supported here`);
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,100}$/.test(name))
      return refused(400, badArguments, `Not a parameter name: ${name}`);
    if (name.startsWith('param_')) params[name.slice('param_'.length)] = value;
    else settings[name] = value;
  }
  const type = textOf(head.headers['content-type']);
  if (type.startsWith('multipart/'))
    return refused(501, notImplemented, 'Multipart bodies are not supported here');
  const encoding = textOf(head.headers['content-encoding']);
  if (encoding !== '' && encoding !== 'gzip')
    return refused(415, notImplemented, `Content-Encoding ${encoding} is not supported here`);
  const search = url.searchParams;
  return {
    kind: 'query',
    sql: search.get('query') ?? '',
    database: search.get('database') ?? (textOf(head.headers['x-clickhouse-database']) || undefined),
    format: search.get('default_format') ?? (textOf(head.headers['x-clickhouse-format']) || undefined),
    queryId: search.get('query_id') ?? undefined,
    settings,
    params,
    readonly: head.method === 'GET',
    nativeRevision: Number(search.get('client_protocol_version') ?? 0) || 0,
    gzipBody: encoding === 'gzip',
    gzipAnswer:
      settings['enable_http_compression'] === '1' &&
      textOf(head.headers['accept-encoding']).split(/,\s*/).includes('gzip'),
  };
}

/** The user's name and key of a request, from wherever ClickHouse accepts them. */
export function credentialsOf(head: RequestHead): { user: string; key: string } {
  const basic = /^Basic\s+(.+)$/i.exec(textOf(head.headers['authorization']))?.[1];
  if (basic !== undefined) {
    const text = Buffer.from(basic, 'base64').toString();
    const colon = text.indexOf(':');
    return colon < 0 ? { user: text, key: '' } : { user: text.slice(0, colon), key: text.slice(colon + 1) };
  }
  const search = new URL(head.url, 'http://front').searchParams;
  return {
    user: textOf(head.headers['x-clickhouse-user']) || (search.get('user') ?? ''),
    key: textOf(head.headers['x-clickhouse-key']) || (search.get('password') ?? ''),
  };
}

function textOf(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header.join(', ') : header) ?? '';
}

function refused(status: number, code: number, problem: string): ClickHouseRequest {
  return { kind: 'refused', status, code, problem };
}

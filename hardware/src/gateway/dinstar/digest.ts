import { createHash } from 'node:crypto';

/** What a server asks for with 401 (RFC 7616); only what is used here. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** Absent in the old form of RFC 2069. */
  readonly qop?: 'auth';
}

export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'digest'; readonly digest: DigestChallenge };

/** The strongest challenge of a `WWW-Authenticate` header; undefined when there is none that is known. */
export function readChallenge(header: string): Challenge | undefined {
  const digest = /\bdigest\s+(.*)$/is.exec(header)?.[1];
  const read = digest === undefined ? undefined : readDigest(digest);
  if (read) return { scheme: 'digest', digest: read };
  return /\bbasic\b/i.test(header) ? { scheme: 'basic' } : undefined;
}

function readDigest(text: string): DigestChallenge | undefined {
  const pairs = text.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/gi);
  const fields = new Map(
    Array.from(pairs, ([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
  );
  const [realm, nonce, opaque, qop] = ['realm', 'nonce', 'opaque', 'qop'].map((name) => fields.get(name));
  const algorithm = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  if (realm === undefined || nonce === undefined) return undefined;
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256') return undefined;
  const offered = qop?.split(/[\s,]+/) ?? [];
  if (qop !== undefined && !offered.includes('auth')) return undefined;
  return {
    realm,
    nonce,
    algorithm,
    ...(opaque !== undefined && { opaque }),
    ...(qop !== undefined && { qop: 'auth' as const }),
  };
}

export interface DigestUse {
  readonly user: string;
  readonly password: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly cnonce: string;
  /** Uses of this nonce, from 1. */
  readonly count: number;
}

/** The response value, which both sides compute. */
export function digestResponse(
  { realm, nonce, algorithm, qop }: DigestChallenge,
  { user, password, method, path, cnonce, count }: DigestUse,
): string {
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const [secret, request] = [hash(`${user}:${realm}:${password}`), hash(`${method}:${path}`)];
  return qop
    ? hash([secret, nonce, countText(count), cnonce, qop, request].join(':'))
    : hash([secret, nonce, request].join(':'));
}

/** The value of the `Authorization` header. */
export function digestHeader(challenge: DigestChallenge, use: DigestUse): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  return `Digest ${[
    `username="${use.user}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${use.path}"`,
    `algorithm=${algorithm}`,
    `response="${digestResponse(challenge, use)}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop ? [`qop=${qop}`, `nc=${countText(use.count)}`, `cnonce="${use.cnonce}"`] : []),
  ].join(', ')}`;
}

function countText(count: number): string {
  return count.toString(16).padStart(8, '0');
}

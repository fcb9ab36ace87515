import { randomBytes } from 'node:crypto';
import { BranchlineError, problemOf } from '@branchline/shared';
import { digestHeader, readChallenge, type Challenge, type DigestChallenge } from './digest.ts';
import type { DinstarRequest } from './requests.ts';

/** Asks a gateway; the text of the answer. @throws BranchlineError `BL_GATEWAY_UNREACHABLE`, `…_TIMEOUT`, `…_LOGIN`, `…_GARBAGE` */
export type DinstarAccess = (request: DinstarRequest) => Promise<string>;

export interface HttpAccessOptions {
  /** Name of the gateway, for errors. */
  readonly gateway: string;
  /** `http://192.0.2.10` or `https://…`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Of one request with its login, ms of real time. Default 10000. */
  readonly deadlineMs?: number;
}

/** Longest answer that is read, bytes. */
const longest = 1_000_000;

/** The HTTP API of a Dinstar, by Digest where it is offered and by Basic where not. A login is kept for the next request. */
export function httpAccess(options: HttpAccessOptions): DinstarAccess {
  const { gateway, deadlineMs = 10_000 } = options;
  const login = new Login(options);
  return async (request) => {
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      const first = await send(options, request, login.header(request), signal);
      const asked =
        first.status === 401 ? readChallenge(first.headers.get('www-authenticate') ?? '') : undefined;
      if (!asked) return await textOf(gateway, first);
      // A nonce has a lifetime: once more with the new one, and then the password is wrong.
      await first.body?.cancel();
      login.challenged(asked);
      return await textOf(gateway, await send(options, request, login.header(request), signal));
    } catch (error) {
      if (error instanceof BranchlineError) throw error;
      throw signal.aborted
        ? new BranchlineError('BL_GATEWAY_TIMEOUT', { gateway, request: request.name, ms: deadlineMs }, error)
        : unreachable(gateway, request, error);
    }
  };
}

class Login {
  readonly #options: HttpAccessOptions;
  #challenge: Challenge | undefined;
  #count = 0;

  constructor(options: HttpAccessOptions) {
    this.#options = options;
  }

  challenged(challenge: Challenge): void {
    this.#challenge = challenge;
    this.#count = 0;
  }

  header(request: DinstarRequest): string | undefined {
    if (!this.#challenge) return undefined;
    const { user, password } = this.#options;
    if (this.#challenge.scheme === 'basic')
      return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    return this.#digest(this.#challenge.digest, request);
  }

  #digest(challenge: DigestChallenge, { method, path }: DinstarRequest): string {
    const { user, password } = this.#options;
    const cnonce = randomBytes(8).toString('hex');
    return digestHeader(challenge, { user, password, method, path, cnonce, count: ++this.#count });
  }
}

function send(
  { url }: HttpAccessOptions,
  { method, path, body }: DinstarRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(new URL(path, url), {
    method,
    redirect: 'error',
    signal,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
}

async function textOf(gateway: string, response: Response): Promise<string> {
  if (!response.ok) await response.body?.cancel();
  if (response.status === 401 || response.status === 403)
    throw new BranchlineError('BL_GATEWAY_LOGIN', { gateway });
  if (!response.ok) throw garbage(`HTTP status ${response.status}`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > longest) throw garbage(`the answer is longer than ${longest} bytes`);
  }
  return text;
}

function garbage(problem: string): BranchlineError {
  return new BranchlineError('BL_GATEWAY_GARBAGE', { problem });
}

/** `fetch` hides what happened in the cause. */
function unreachable(gateway: string, request: DinstarRequest, error: unknown): BranchlineError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const problem = problemOf(cause);
  // Something answers, and it does not speak HTTP.
  if (cause instanceof Error && 'code' in cause && /^(HPE_|UND_ERR_RES)/.test(String(cause.code)))
    return garbage(problem);
  return new BranchlineError('BL_GATEWAY_UNREACHABLE', { gateway, request: request.name, problem }, error);
}

import type { ApiError } from '@branchline/shared';

/** The controller's API as a program uses it: signed in, errors with their code. */
export class CenterClient {
  readonly url: string;
  #cookie = '';

  constructor(url: string) {
    this.url = url;
  }

  /** Of the session. */
  get cookie(): string {
    return this.#cookie;
  }

  async signIn(name: string, password: string): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    if (!response.ok) throw await failure('POST /session', response);
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.#request<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PUT', path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PATCH', path, body);
  }

  /** Uploads a list into a campaign. */
  async upload<T>(path: string, name: string, content: string | Buffer): Promise<T> {
    const form = new FormData();
    form.append('file', new Blob([Uint8Array.from(Buffer.from(content))], { type: 'text/csv' }), name);
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method: 'POST',
      headers: { cookie: this.#cookie },
      body: form,
    });
    if (!response.ok) throw await failure(`POST ${path}`, response);
    return (await response.json()) as T;
  }

  async #request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { cookie: this.#cookie, ...(body !== undefined && { 'content-type': 'application/json' }) },
      // A frozen controller takes a request and never answers it.
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await failure(`${method} ${path}`, response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

async function failure(what: string, response: Response): Promise<Error> {
  const error = (await response.json().catch(() => ({}))) as Partial<ApiError>;
  return new Error(
    `${what} was refused with ${response.status} ${error.code ?? ''}: ${error.message ?? ''} ${error.advice ?? ''} ${error.place ?? ''}`,
  );
}

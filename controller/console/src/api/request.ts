import type { ApiError } from '@branchline/shared';

/** A refusal of the API, or a request that never got there. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly refusal: ApiError;

  constructor(status: number, refusal: ApiError) {
    super(refusal.message);
    this.name = 'ApiFailure';
    this.status = status;
    this.refusal = refusal;
  }
}

/** The code under which the console itself reports that the controller could not be asked. */
export const unreachableCode = 'BL_CONSOLE_UNREACHABLE';

/** A refusal for what is not one: the network failed, or something that is not the controller answered. */
export function unreachable(problem: string): ApiFailure {
  return new ApiFailure(0, {
    code: unreachableCode,
    message: `The controller does not answer: ${problem}.`,
    advice: 'Branches go on working by themselves. Check the network and try again.',
  });
}

/** Whatever was thrown, as a refusal that can be shown. */
export function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiFailure) return error.refusal;
  return unreachable(error instanceof Error ? error.message : String(error)).refusal;
}

/** Whether a refusal means that nobody is signed in any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiFailure && error.refusal.code === 'BL_AUTH_REQUIRED';
}

/** Reads the body of an answer that says no. */
export function readRefusal(status: number, text: string): ApiFailure {
  try {
    const body = JSON.parse(text) as Partial<ApiError>;
    if (typeof body.code === 'string' && typeof body.message === 'string') {
      return new ApiFailure(status, { advice: '', ...body, code: body.code, message: body.message });
    }
  } catch {
    // Not the controller's words: a proxy in between has its own.
  }
  return unreachable(`something else answered with HTTP ${status}`);
}

let sessionRefused: (refusal: ApiError) => void = () => undefined;

/** Refusals that say something about the session itself, whatever was asked for. */
const aboutSession = ['BL_AUTH_REQUIRED', 'BL_AUTH_ENROL_NEEDED'];

/** Sets what happens when any request finds that the session has ended, or is no longer good for everything. */
export function onSessionRefused(listener: (refusal: ApiError) => void): void {
  sessionRefused = listener;
}

/** Looks whether a refusal is about the session, for what does not go through {@link request}. */
export function reportRefusal(failure: ApiFailure): void {
  if (aboutSession.includes(failure.refusal.code)) sessionRefused(failure.refusal);
}

/** Questions asked before whoever wants the answer is there, by path. */
const ahead = new Map<string, Promise<unknown>>();

/** Asks now what a page will ask in a moment: its files and its data travel at the same time. Failures are the page's to find. */
export function askAhead(path: string): void {
  const asked = request('GET', path);
  asked.catch(() => ahead.delete(path));
  ahead.set(path, asked);
}

/**
 * Asks the API.
 * @throws ApiFailure with the controller's own refusal, or `BL_CONSOLE_UNREACHABLE`
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const asked = method === 'GET' ? ahead.get(path) : undefined;
  if (asked) {
    ahead.delete(path);
    return asked as Promise<T>;
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      ...(body instanceof FormData && { body }),
      ...(body !== undefined &&
        !(body instanceof FormData) && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ...(signal && { signal }),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) {
    const failure = readRefusal(response.status, text);
    reportRefusal(failure);
    throw failure;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unreachable('the answer is not from a controller');
  }
}

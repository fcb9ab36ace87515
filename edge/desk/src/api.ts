import type {
  ApiError,
  DeskAct,
  DeskArticle,
  DeskHits,
  DeskPeople,
  DeskSignIn,
  DeskSoftphone,
  DeskView,
} from '@branchline/shared';

/** A refusal of the box, or a box that does not answer (`code` absent). */
export class DeskFailure extends Error {
  readonly code: string | undefined;

  constructor(refusal?: Pick<ApiError, 'code' | 'message'>) {
    super(refusal?.message ?? 'the box does not answer');
    this.name = 'DeskFailure';
    this.code = refusal?.code;
  }
}

/** Asks the box. @throws DeskFailure */
async function ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/desk/v1${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  } catch {
    throw new DeskFailure();
  }
  const text = await response.text();
  const answer = readJson(text);
  if (response.ok) return answer as T;
  throw new DeskFailure(answer as ApiError | undefined);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const people = (): Promise<DeskPeople> => ask('GET', '/people');
export const view = (): Promise<DeskView> => ask('GET', '/view');
export const signIn = (who: DeskSignIn): Promise<DeskView> => ask('POST', '/session', who);
export const signOut = (): Promise<void> => ask('DELETE', '/session');
export const softphone = (): Promise<DeskSoftphone> => ask('GET', '/softphone');
export const search = (question: string): Promise<DeskHits> =>
  ask('GET', `/knowledge?q=${encodeURIComponent(question)}`);
export const article = (id: string): Promise<DeskArticle> =>
  ask('GET', `/knowledge/${encodeURIComponent(id)}`);
export const act = (what: DeskAct): Promise<DeskView> => ask('POST', '/acts', what);

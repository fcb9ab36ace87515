import { BranchlineError, problemOf, type ApiError, type ErrorCode } from '@branchline/shared';

/** What a failed request is answered with. */
export interface ErrorReply {
  readonly status: number;
  readonly body: ApiError;
  /** The failure is ours: it belongs into the log. */
  readonly unexpected: boolean;
}

/** Errors of Fastify and its plugins that the sender can do something about. */
const known: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BL_API_TOO_LARGE',
  FST_REQ_FILE_TOO_LARGE: 'BL_API_TOO_LARGE',
  FST_PARTS_LIMIT: 'BL_API_TOO_LARGE',
  FST_FILES_LIMIT: 'BL_API_TOO_LARGE',
  FST_FIELDS_LIMIT: 'BL_API_TOO_LARGE',
};

/** Any error as the API says it: a code of the catalogue, what happened, what to do. */
export function toErrorReply(error: unknown, requestId: string): ErrorReply {
  const own = asKnown(error);
  const failure = own ?? new BranchlineError('BL_API_FAILED', {}, error);
  const place = failure.details['place'];
  return {
    status: failure.status,
    unexpected: own === undefined,
    body: {
      code: failure.code,
      message: failure.message,
      advice: failure.advice,
      requestId,
      ...(typeof place === 'string' && { place }),
    },
  };
}

function asKnown(error: unknown): BranchlineError | undefined {
  if (error instanceof BranchlineError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const listed = known[code];
  if (listed) return new BranchlineError(listed, {}, error);
  if (status === 429) return new BranchlineError('BL_API_BUSY', {}, error);
  // A value that PostgreSQL cannot read as the type of its column: an id in an address that is none.
  if (code === '22P02')
    return new BranchlineError(
      'BL_API_INVALID',
      { place: '(an id)', problem: 'it is not well formed' },
      error,
    );
  // PostgreSQL keeps no NUL and no half characters, neither in a text (22021) nor in JSON (22P05).
  if (code === '22021' || code === '22P05')
    return new BranchlineError(
      'BL_API_INVALID',
      { place: '(a text)', problem: 'it holds a character that cannot be stored' },
      error,
    );
  if (status >= 400 && status < 500) {
    return new BranchlineError(
      'BL_API_INVALID',
      { place: '(the request)', problem: problemOf(error).slice(0, 200) },
      error,
    );
  }
  return undefined;
}

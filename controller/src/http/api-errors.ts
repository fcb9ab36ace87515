import { BranchlineError } from '@branchline/shared';
import { toErrorReply as reply, type ErrorReply } from '@branchline/shared/node';

/** Any error as the API says it; also what PostgreSQL refuses because of what was sent. */
export function toErrorReply(error: unknown, requestId: string): ErrorReply {
  return reply(error, requestId, refusedByDatabase);
}

function refusedByDatabase(error: Error): BranchlineError | undefined {
  const code = 'code' in error ? error.code : undefined;
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
  return undefined;
}

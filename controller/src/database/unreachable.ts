import { BranchlineError, problemOf } from '@branchline/shared';

/** SQLSTATE classes and codes that say "not now": connection exceptions, too many connections, shutdown and start-up. */
const passingStates = /^(?:08...|53300|57P0[1-3])$/;

const socketCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What `pg` says without a code when the socket goes away under it. */
const socketWords =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|connection timeout/;

/** Whether an error means that PostgreSQL is away for now; the same action may succeed later. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof BranchlineError) return error.code === 'BL_DB_UNREACHABLE';
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return passingStates.test(code) || socketCodes.has(code) || socketWords.test(error.message);
}

/** The error as the rest of the controller knows it: `BL_DB_UNREACHABLE` when PostgreSQL is away, else unchanged. */
export function asUnreachable(error: unknown): unknown {
  if (error instanceof BranchlineError || !isUnreachable(error)) return error;
  return new BranchlineError('BL_DB_UNREACHABLE', { problem: problemOf(error) || 'no connection' }, error);
}

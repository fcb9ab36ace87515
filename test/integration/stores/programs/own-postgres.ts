import { BranchlineError } from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { startPrivatePostgres } from '../parts.ts';

/** Starts a private PostgreSQL in the given folder, says what came of it and waits to be killed. */
try {
  const server = await startPrivatePostgres({ folder: process.argv[2] ?? '', log: silentLog });
  process.send?.({ url: server.url, pid: server.pid });
  process.once('message', () => void server.stop().then(() => process.exit(0)));
} catch (error) {
  const known = error instanceof BranchlineError;
  process.send?.(
    { code: known ? error.code : 'unknown', details: known ? error.details : {}, message: String(error) },
    () => process.exit(1),
  );
}

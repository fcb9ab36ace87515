import { silentLog } from '@branchline/shared/node';
import { startPrivateClickHouse } from '../parts.ts';

/** Starts a private ClickHouse in the given folder and waits to be killed. */
const server = await startPrivateClickHouse({ folder: process.argv[2] ?? '', log: silentLog });
process.send?.({ pid: server.pid });
process.once('message', () => undefined);

import { createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep, systemClock } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { freePort } from '../../database/index.ts';

/**
 * A port on 127.0.0.1, the same at every start, so that a dashboard is told of it once. It stands in the file `port`, where
 * a person may choose another; when it is taken, a free one serves until the next start.
 */
export async function keptPort(folder: string, log: Log): Promise<number> {
  const file = join(folder, 'port');
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  const known = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (known > 0 && known <= 65_535) {
    // A process that was killed a moment ago may still hold it.
    for (let i = 0; i < 20; i++) {
      if (await isFree(known)) return known;
      await sleep(systemClock, 250);
    }
    log.warn(
      { port: known, file },
      'the port of the private ClickHouse is taken; dashboards do not reach it now',
    );
    return freePort();
  }
  const port = await freePort();
  await writeDurably(file, `${port}\n`, 0o600);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

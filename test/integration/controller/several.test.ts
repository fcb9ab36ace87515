import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startController } from '@branchline/controller';
import { silentLog } from '@branchline/shared/node';
import { Center } from './center.ts';

/** What keeps a further controller from serving the database of `center`; its home is `home`. */
async function refusalOf(center: Center, home: string): Promise<unknown> {
  try {
    const second = await startController({
      home,
      http: { port: 0 },
      edge: { port: 0 },
      mqtt: { port: 0 },
      database: { url: center.controller.parts.database.url },
      log: silentLog,
    });
    await second.stop();
    return undefined;
  } catch (error) {
    return error;
  }
}

test('a further controller needs the keys of the installation, and a broker that is not its own', async () => {
  await using center = await Center.start();
  const other = mkdtempSync(join(tmpdir(), 'branchline-second-'));
  try {
    expect(await refusalOf(center, other)).toMatchObject({
      code: 'BL_CONFIG_FOREIGN_KEYS',
      details: { file: join(other, 'ca') },
    });
    for (const key of ['ca', 'secrets.agekey'])
      cpSync(join(center.home, key), join(other, key), { recursive: true });
    expect(await refusalOf(center, other)).toMatchObject({ code: 'BL_CONFIG_ALONE' });
    // The first one goes on as if nothing had been.
    expect((await fetch(`${center.controller.httpUrl}/readyz`)).status).toBe(200);
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});

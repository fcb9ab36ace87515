import { randomBytes } from 'node:crypto';
import type { ControllerSettings } from '@branchline/controller';
import { newDatabase } from './debian-postgres.ts';
import { Mosquitto } from './mosquitto.ts';

/** The PostgreSQL that a run of the project `external` is about; empty everywhere else: the private one is used. */
export const externalDatabase = { url: '' };

/** Engines for one center. */
export interface Engines {
  readonly settings: Pick<ControllerSettings, 'mqtt' | 'database'>;
  stop(): Promise<void>;
}

/** The engines that this run is about: none of its own for the private ones, else a database and a broker for this center. */
export async function enginesFor(home: string): Promise<Engines> {
  if (externalDatabase.url === '') return { settings: {}, stop: () => Promise.resolve() };
  const name = `center_${randomBytes(6).toString('hex')}`;
  const [url, broker] = await Promise.all([newDatabase(externalDatabase.url, name), Mosquitto.start(home)]);
  return { settings: { database: { url }, mqtt: broker.settings }, stop: () => broker.kill() };
}

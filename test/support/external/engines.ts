import { inject } from 'vitest';
import { randomBytes } from 'node:crypto';
import type { ControllerSettings } from '@branchline/controller';
import { newDatabase } from './debian-postgres.ts';
import { Mosquitto } from './mosquitto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of an external PostgreSQL that may create databases; empty: the private one is tested. */
    externalDatabase: string;
  }
}

/** Whether this run is about engines that are not ours: the project `external`. */
export function external(): boolean {
  return Boolean(inject('externalDatabase'));
}

/** Engines for one center. */
export interface Engines {
  readonly settings: Pick<ControllerSettings, 'mqtt' | 'database'>;
  stop(): Promise<void>;
}

/** The engines that this run is about: none of its own for the private ones, else a database and a broker for this center. */
export async function enginesFor(home: string): Promise<Engines> {
  if (!external()) return { settings: {}, stop: () => Promise.resolve() };
  const name = `center_${randomBytes(6).toString('hex')}`;
  const [url, broker] = await Promise.all([
    newDatabase(inject('externalDatabase'), name),
    Mosquitto.start(home),
  ]);
  return { settings: { database: { url }, mqtt: broker.settings }, stop: () => broker.kill() };
}

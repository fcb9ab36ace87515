import type { TestProject } from 'vitest/node';
import { debianPostgresPrograms, startDebianPostgres } from './debian-postgres.ts';
import { mosquittoProgram } from './mosquitto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a PostgreSQL that may create databases; empty: there is none. */
    externalDatabase: string;
  }
}

/** Starts Debian's PostgreSQL for a whole run of the project `external`. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (debianPostgresPrograms === undefined || mosquittoProgram === undefined) {
    console.warn('Skipped: tests with external engines need Debian’s postgresql and mosquitto.');
    project.provide('externalDatabase', '');
    return undefined;
  }
  const server = await startDebianPostgres();
  console.log(`External engines: PostgreSQL ${server.version}, ${mosquittoProgram}`);
  project.provide('externalDatabase', server.url);
  return () => server.stop();
}

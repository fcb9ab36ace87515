/** The relational store: a private PostgreSQL or an external one, behind one typed door. */
export { withAdvisoryLock, type LockOptions } from './advisory-lock.ts';
export { Bell, type BellOptions } from './bell.ts';
export { untilBrokenOff } from './broken-off.ts';
export { holderOf, lockFolder, type FolderLock } from './folder-lock.ts';
export { keepRunning, type KeptProcess, type Launched } from './kept-process.ts';
export {
  migrate,
  openDatabase,
  type Database,
  type DatabasePlace,
  type OpenOptions,
} from './open-database.ts';
export { exitOf, freePort } from './postmaster.ts';
export {
  runningPostgres,
  startPrivatePostgres,
  type PrivatePostgres,
  type PrivatePostgresOptions,
} from './private-postgres.ts';
export type { Tables } from './tables.ts';
export type * from './tables/ingest.ts';
export { asUnreachable, isUnreachable } from './unreachable.ts';

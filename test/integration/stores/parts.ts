/** The parts of the controller that these tests work on, imported in one place. */
// @boundaries-ignore tests reach into the controller's folders; its package door shows only the whole
export * from '../../../controller/src/database/index.ts';
export { temporaryDatabase, type TemporaryDatabase } from '../../support/external/temporary-database.ts';
// @boundaries-ignore as above
export * from '../../../controller/src/ingest/index.ts';
// @boundaries-ignore as above
export * from '../../../controller/src/ingest/testing.ts';
// @boundaries-ignore as above
export { linesOf } from '../../../controller/src/ingest/clickhouse-rows.ts';
// @boundaries-ignore as above
export { packBody, unpackBody } from '../../../controller/src/ingest/body.ts';
// @boundaries-ignore as above
export { Bell } from '../../../controller/src/database/index.ts';
// @boundaries-ignore as above
export { restoreBackup } from '../../../controller/src/backup/restore-backup.ts';
// @boundaries-ignore as above
export { writeBackup } from '../../../controller/src/backup/write-backup.ts';

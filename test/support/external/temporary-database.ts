import { externalDatabase } from './engines.ts';
// @boundaries-ignore tests reach into the controller's folders; its package door shows only the whole
import * as testing from '../../../controller/src/database/testing.ts';

// @boundaries-ignore as above
export type { TemporaryDatabase } from '../../../controller/src/database/testing.ts';

/** A fresh, migrated database on the PostgreSQL that this run is about. */
export function temporaryDatabase(): Promise<testing.TemporaryDatabase> {
  return testing.temporaryDatabase(externalDatabase.url);
}

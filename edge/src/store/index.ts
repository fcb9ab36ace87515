export { openLedger, type Ledger, type LedgerOptions } from './ledger.ts';
export type { NewRow, OpenAttempt, OpenTry, Recovered, StoredAttempt, StoredLead } from './operations.ts';

export { openLedger, type Ledger, type LedgerOptions } from './ledger.ts';
export type {
  NewRow,
  OpenAttempt,
  OpenFault,
  OpenTry,
  QueueDay,
  Recovered,
  StoredAttempt,
  StoredLead,
  StoredUsage,
} from './operations.ts';

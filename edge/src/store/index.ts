export { openLedger, type Ledger, type LedgerOptions } from './ledger.ts';
export type {
  NewRow,
  OpenAttempt,
  OpenFault,
  OpenTry,
  Recovered,
  StoredAttempt,
  StoredLead,
  StoredUsage,
} from './operations.ts';

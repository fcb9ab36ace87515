/** The proof of who did what: the hash-chained trail, and the path that writes it. */
export { findBrokenLink, readAudit } from './audit-log.ts';
export { auditBranchActs, branchActs } from './branch-acts.ts';
export { commandPath, type Act, type Effect, type Execute } from './execute.ts';

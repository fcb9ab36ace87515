/** The parts of the controller that these tests work on, imported in one place. */
// @boundaries-ignore tests reach into the controller's folders; its package door shows only the whole
export * from '../../../controller/src/fleet/testing.ts';
export { temporaryDatabase, type TemporaryDatabase } from '../../support/external/temporary-database.ts';
// @boundaries-ignore as above
export * as campaigns from '../../../controller/src/campaigns/index.ts';
// @boundaries-ignore as above
export { assignLeads } from '../../../controller/src/campaigns/lead-assignment.ts';
// @boundaries-ignore as above
export {
  clockToleranceMs,
  expireLeases,
  releaseUnheard,
  settleEnded,
} from '../../../controller/src/campaigns/lease-settlement.ts';
// @boundaries-ignore as above
export { countDue, countHeld } from '../../../controller/src/campaigns/lead-cells.ts';
// @boundaries-ignore as above
export { plan } from '../../../controller/src/campaigns/planner.ts';
// @boundaries-ignore as above
export { findBrokenLink } from '../../../controller/src/compliance/index.ts';
// @boundaries-ignore as above
export { ArtifactShelf, DeviceAuthority, SecretVault } from '../../../controller/src/fleet/index.ts';
// @boundaries-ignore as above
export { openDatabase, type Tables } from '../../../controller/src/database/index.ts';
// @boundaries-ignore as above
export { SecondFactor } from '../../../controller/src/people/index.ts';
// @boundaries-ignore as above
export { countCallbacks, findPromised } from '../../../controller/src/campaigns/callbacks.ts';
// @boundaries-ignore as above
export { revokeIdle, sendRevocations } from '../../../controller/src/campaigns/revocations.ts';
// @boundaries-ignore as above
export { emptyHanded, LeaseEpoch } from '../../../controller/src/campaigns/lease-epoch.ts';
// @boundaries-ignore as above
export { exportCalls } from '../../../controller/src/calls/call-export.ts';

/** Sites and boxes: who they are, what they shall do, what they say of themselves. */
export { ArtifactShelf } from './artifact-shelf.ts';
export { storePlan, storedSecrets } from './branch-plan.ts';
export { CertificateRegister } from './certificates.ts';
export { CommandDesk } from './command-desk.ts';
export { DesiredKeeper } from './desired-keeper.ts';
export { DeviceAuthority, type ServerCertificate } from './device-authority.ts';
export { EdgeRegistry, type KnownEdge } from './edge-registry.ts';
export { issueToken } from './enrolment.ts';
export { SecretVault } from './secret-vault.ts';
export { addEdge, createSite, siteOf, switchGsm } from './site-book.ts';
export { SiteAgents } from './site-agents.ts';
export { readSites } from './views.ts';
export { ViolationLog } from './violation-log.ts';

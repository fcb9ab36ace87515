export { openIdentity, type EdgeIdentity, type Enrolment } from './identity.ts';

export { deskCertificate, ownHosts, type ServerTls } from './desk-certificate.ts';
export { openIdentity, type EdgeIdentity, type Enrolment } from './identity.ts';

import { create } from 'xmlbuilder2';
import { askAgainMinutes, registerSeconds, type PhoneAccount, type PhoneFiles } from './account.ts';

/** Grandstream: `cfg<mac>.xml` with P-values (SIP Device Provisioning Guide). */
export function grandstreamFiles(phone: PhoneAccount): PhoneFiles {
  const { mac, extension, label, password, adminPassword, domain, server, port, url, secure } = phone;
  const settings: Readonly<Record<string, string | number>> = {
    P271: 1,
    P270: extension,
    P47: domain,
    P48: `${server}:${port}`,
    P35: extension,
    P36: extension,
    P34: password,
    P3: label,
    P31: 1,
    // Minutes.
    P32: registerSeconds / 60,
    P130: secure ? 2 : 0,
    // SRTP: off, or enabled and forced.
    P183: secure ? 2 : 0,
    P2: adminPassword,
    P30: server,
    P212: 2,
    // Without its scheme.
    P237: url.replace(/^https:\/\//, '').replace(/\/$/, ''),
    P194: 1,
    P193: askAgainMinutes,
  };
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('gs_provision', { version: 1 });
  root.ele('mac').txt(mac);
  const config = root.ele('config', { version: 1 });
  for (const [name, value] of Object.entries(settings)) config.ele(name).txt(String(value));
  return { [`cfg${mac}.xml`]: { type: 'application/xml', text: root.end({ prettyPrint: true }) } };
}

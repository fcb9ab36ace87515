import type { Codec } from '@branchline/shared';
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
    ...vocoders(phone.codecs),
    // No silence suppression: a phone from which nothing comes is taken for lost.
    P50: 0,
    // The zone as it is now, self-defined.
    P64: 'customize',
    P246: posixZone(phone.zoneMinutes),
    P1362: phone.language === 'zh-CN' ? 'zh' : 'en',
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

const vocoderNumbers: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8, G722: 9, G729: 18, OPUS: 123 };

/** The six choices of a codec (P57–P62): what is left of them repeats the first, so that nothing else is offered. */
function vocoders(codecs: readonly Codec[]): Record<string, number> {
  const choices = Array.from({ length: 6 }, (_, i) => vocoderNumbers[codecs[i] ?? codecs[0]!]);
  return Object.fromEntries(choices.map((number, i) => [`P${57 + i}`, number]));
}

/** A zone as POSIX writes it, west of UTC counted up: `LOC-8`, `LOC-5:30`, `LOC+5`. @param minutes east of UTC */
export function posixZone(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `LOC${minutes < 0 ? '+' : '-'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

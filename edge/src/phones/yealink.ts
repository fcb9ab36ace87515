import type { Codec } from '@branchline/shared';
import { askAgainMinutes, registerSeconds, type PhoneAccount, type PhoneFiles } from './account.ts';

const header = '#!version:1.0.0.1';

/** Yealink, firmware 81 and later: `<mac>.boot` names `<mac>.cfg` (Auto Provisioning Guide V81). */
export function yealinkFiles(phone: PhoneAccount): PhoneFiles {
  const { mac, extension, label, password, adminPassword, domain, server, port, url, secure, caUrl } = phone;
  const language = phone.language === 'zh-CN' ? 'Chinese_S' : 'English';
  const settings: Readonly<Record<string, string | number>> = {
    'account.1.enable': 1,
    'account.1.label': extension,
    'account.1.display_name': label,
    'account.1.auth_name': extension,
    'account.1.user_name': extension,
    'account.1.password': password,
    'account.1.sip_server.1.address': domain,
    'account.1.sip_server.1.port': port,
    'account.1.sip_server.1.transport_type': secure ? 2 : 0,
    'account.1.srtp_encryption': secure ? 2 : 0,
    ...(secure && { 'static.trusted_certificates.url': caUrl }),
    'account.1.sip_server.1.expires': registerSeconds,
    'account.1.outbound_proxy_enable': 1,
    'account.1.outbound_proxy.1.address': server,
    'account.1.outbound_proxy.1.port': port,
    ...codecSettings(phone.codecs),
    // A phone from which nothing comes is taken for lost.
    'voice.vad': 0,
    'account.1.dtmf.type': 1,
    'account.1.auto_answer': 0,
    // Nailed-up agents' phones are answered by the header that the box sends.
    'features.intercom.allow': 1,
    'features.direct_ip_call_enable': 0,
    'sip.trust_ctrl': 1,
    'linekey.1.type': 15,
    'linekey.1.line': 1,
    'local_time.time_zone': zoneText(phone.zoneMinutes),
    // The zone is told as it is now: the phone would add the summer once more.
    'local_time.summer_time': 0,
    'local_time.ntp_server1': server,
    'lang.gui': language,
    'lang.wui': language,
    'static.auto_provision.server.url': url,
    'static.auto_provision.repeat.enable': 1,
    'static.auto_provision.repeat.minutes': askAgainMinutes,
    'static.security.user_password': `admin:${adminPassword}`,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  const plain = (text: string[]): { type: string; text: string } => ({
    type: 'text/plain; charset=utf-8',
    text: `${text.join('\n')}\n`,
  });
  return {
    [`${mac}.boot`]: plain([
      header,
      `include:config "${mac}.cfg"`,
      'overwrite_mode = 1',
      'specific_model.excluded_mode=0',
    ]),
    [`${mac}.cfg`]: plain([header, ...lines]),
  };
}

const codecNames: Readonly<Record<Codec, string>> = {
  PCMA: 'pcma',
  PCMU: 'pcmu',
  G722: 'g722',
  G729: 'g729',
  OPUS: 'opus',
};

/** Each codec on or off, the lowest priority first asked. */
function codecSettings(codecs: readonly Codec[]): Record<string, number> {
  const settings: Record<string, number> = {};
  for (const [codec, name] of Object.entries(codecNames) as [Codec, string][]) {
    const place = codecs.indexOf(codec);
    settings[`account.1.codec.${name}.enable`] = place < 0 ? 0 : 1;
    if (place >= 0) settings[`account.1.codec.${name}.priority`] = place + 1;
  }
  return settings;
}

/** A zone as the Administrator's Guide writes it: `+8`, `+5:30`. @param minutes east of UTC */
export function zoneText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

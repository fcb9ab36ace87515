import { create } from 'xmlbuilder2';
import { askAgainMinutes, registerSeconds, type PhoneAccount, type PhoneFiles } from './account.ts';

/** Fanvil: `<mac>.cfg`, XML below `sysConf` (Auto Provision Standard). */
export function fanvilFiles(phone: PhoneAccount): PhoneFiles {
  const { mac, extension, label, password, adminPassword, domain, server, port } = phone;
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('sysConf');
  const add = (
    place: ReturnType<typeof root.ele>,
    values: Readonly<Record<string, string | number>>,
  ): void => {
    for (const [name, value] of Object.entries(values)) place.ele(name).txt(String(value));
  };
  add(root, { Version: '2.0000000000' });
  const sip = root.ele('sip');
  add(sip, { SIPPort: 5060, NotifyReboot: 1 });
  add(sip.ele('line', { index: 1 }), {
    PhoneNumber: extension,
    DisplayName: label,
    SipName: extension,
    RegisterAddr: domain,
    RegisterPort: port,
    RegisterUser: extension,
    RegisterPswd: password,
    RegisterTTL: registerSeconds,
    EnableReg: 1,
    Transport: 0,
    ProxyAddr: server,
    ProxyPort: port,
    MediaCrypto: 0,
    VoiceCodecMap: phone.codecs.join(),
  });
  const own = root.ele('phone');
  // What it calls Chinese is not told: there it stays what the phone was sold with.
  if (phone.language === 'en') add(own.ele('display'), { DefaultLanguage: 'en' });
  const date = own.ele('date');
  // Quarters of an hour east of UTC.
  add(date, { EnableSNTP: 1, SNTPServer: server, TimeZone: Math.round(phone.zoneMinutes / 15) });
  // Over HTTPS, again each so many hours.
  add(root.ele('ap'), {
    FlashServerIP: phone.url.replace(/\/$/, ''),
    FlashFileName: `${mac}.cfg`,
    FlashProtocol: 5,
    FlashMode: 2,
    FlashInterval: askAgainMinutes / 60,
  });
  add(root.ele('web'), { WebPwd: adminPassword });
  return { [`${mac}.cfg`]: { type: 'application/xml', text: root.end({ prettyPrint: true }) } };
}

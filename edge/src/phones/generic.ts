import { registerSeconds, type PhoneAccount, type PhoneFiles } from './account.ts';

/** Any other SIP phone: the account as an INI file, for softphones that read one and for people who key it in. */
export function genericFiles(phone: PhoneAccount): PhoneFiles {
  const { mac, extension, label, password, domain, server, port, secure } = phone;
  const text = [
    '[Account1]',
    `label=${extension}`,
    `server=${domain}`,
    `proxy=${server}:${port}`,
    `domain=${domain}`,
    `username=${extension}`,
    `authID=${extension}`,
    `password=${password}`,
    `displayName=${label}`,
    `transport=${secure ? 'tls' : 'udp'}`,
    `SRTP=${secure ? 'mandatory' : ''}`,
    `registerRefresh=${registerSeconds}`,
  ];
  return { [`${mac}.ini`]: { type: 'text/plain; charset=utf-8', text: `${text.join('\r\n')}\r\n` } };
}

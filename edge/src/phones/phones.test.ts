import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import type { Desired } from '@branchline/shared';
import { silentLog, type Log } from '@branchline/shared/node';
import { PhoneBook } from './phone-book.ts';

const at = Date.parse('2026-11-18T06:00:00Z');
const device = (vendor: 'yealink' | 'grandstream' | 'fanvil' | 'generic', mac: string) => ({ vendor, mac });
const phones: Desired['phones'] = [
  {
    extension: '1001',
    label: '张 <San> & "Co" = 1',
    password: 'sealed',
    device: device('yealink', '805ec0112233'),
  },
  { extension: '1002', label: 'Li', password: 'sealed', device: device('grandstream', '000b82112233') },
  { extension: '1003', label: 'Wu <&>', password: 'sealed', device: device('fanvil', '0c383e112233') },
  { extension: '1004', label: 'Soft', password: 'sealed', device: device('generic', '020000000004') },
  { extension: '1005', label: 'By hand', password: 'sealed' },
];
const site = { id: 'north', name: 'North', zone: 'Asia/Shanghai', region: 'CN' };
const warnings: string[] = [];
const log: Log = {
  ...silentLog,
  warn: (_facts: object, text: string) => warnings.push(text),
  info: () => undefined,
} as unknown as Log;
const open = (
  secret = 'secret of the box, long enough',
  all = phones,
  change: Partial<Pick<Desired, 'site' | 'codecs'>> = {},
) => {
  const book = new PhoneBook({
    secret,
    origin: () => 'https://10.1.0.2:8443',
    sip: { server: '10.1.0.2', port: 5060, tlsPort: 5061 },
    passwordOf: (extension) => Promise.resolve(`password-${extension}&<`),
    log,
  });
  book.configure({ phones: all, domain: 'north.branch.local', site, ...change });
  return book;
};
const book = open();
const folderOf = (extension: string): string =>
  book
    .places()
    .find((place) => place.extension === extension)!
    .url.split('/')
    .at(-2)!;
const asker = { address: '10.1.0.50', agent: 'a phone' };
/** What a phone gets; `undefined` for what is not there, as phones ask for many files. */
const ask = (folder: string, name: string, of = book): Promise<string | undefined> =>
  of.file(folder, name, asker, at).then(
    ({ text }) => text,
    (error: { code: string }) => {
      expect(error.code).toBe('BL_API_NOT_FOUND');
      return undefined;
    },
  );
/** The first file that is there, in the order of a vendor's firmware. */
const firstOf = async (folder: string, names: readonly string[]): Promise<[string, string] | undefined> => {
  for (const name of names) {
    const text = await ask(folder, name);
    if (text !== undefined) return [name, text];
  }
  return undefined;
};
const xml = new XMLParser({ parseTagValue: false, ignoreAttributes: false });

describe('a phone finds its settings in the order in which it asks', () => {
  test('Yealink: the boot file names the next one, which begins with its header', async () => {
    const folder = folderOf('1001');
    const [name, boot] = (await firstOf(folder, [
      '805ec0112233.boot',
      'y000000000000.boot',
      '805ec0112233.cfg',
    ]))!;
    expect(name).toBe('805ec0112233.boot');
    expect(boot.split('\n')[0]).toBe('#!version:1.0.0.1');
    const included = [...boot.matchAll(/^include:config "([^"]+)"$/gm)].map(([, file]) => file!);
    const text = (await ask(folder, included[0]!))!;
    expect(text.split('\n')[0]).toBe('#!version:1.0.0.1');
    const settings = Object.fromEntries(
      text
        .split('\n')
        .slice(1)
        .filter(Boolean)
        .map((line) => {
          expect(line).toMatch(/^[a-z0-9_.]+ = \S/);
          const [key, ...value] = line.split(' = ');
          return [key, value.join(' = ')];
        }),
    );
    expect(settings).toMatchObject({
      'account.1.user_name': '1001',
      'account.1.display_name': '张 <San> & "Co" = 1',
      'account.1.password': 'password-1001&<',
      'account.1.sip_server.1.address': 'north.branch.local',
      'account.1.outbound_proxy.1.address': '10.1.0.2',
      'local_time.time_zone': '+8',
      'local_time.summer_time': '0',
      'lang.gui': 'Chinese_S',
      'account.1.codec.pcma.enable': '1',
      'account.1.codec.pcma.priority': '1',
      'account.1.codec.g722.priority': '4',
      'account.1.codec.g729.enable': '0',
      'voice.vad': '0',
      'static.auto_provision.server.url': `https://10.1.0.2:8443/p/${folder}/`,
    });
  });

  test('Grandstream: the XML carries its own MAC, and what is in it is escaped', async () => {
    const names = ['cfg000b82112233', 'cfg000b82112233.bin', 'cfg000b82112233.xml'];
    const [name, text] = (await firstOf(folderOf('1002'), names))!;
    expect(name).toBe('cfg000b82112233.xml');
    const { gs_provision: root } = xml.parse(text) as {
      gs_provision: { mac: string; config: Record<string, string> };
    };
    expect(root.mac).toBe('000b82112233');
    expect(root.config).toMatchObject({
      P35: '1002',
      P34: 'password-1002&<',
      P47: 'north.branch.local',
      P48: '10.1.0.2:5060',
      P212: '2',
      P57: '8',
      P58: '0',
      P59: '123',
      P60: '9',
      P61: '8',
      P62: '8',
      P50: '0',
      P64: 'customize',
      P246: 'LOC-8',
      P1362: 'zh',
    });
    expect(root.config['P237']).toBe(`10.1.0.2:8443/p/${folderOf('1002')}`);
  });

  test('Fanvil: one line of sysConf, zone in quarters of an hour', async () => {
    const [, text] = (await firstOf(folderOf('1003'), ['f0X4hw1.0.cfg', '0c383e112233.cfg']))!;
    const { sysConf } = xml.parse(text) as {
      sysConf: {
        sip: { line: Record<string, string> };
        phone: { date: Record<string, string>; display?: object };
        ap: Record<string, string>;
      };
    };
    expect(sysConf.sip.line).toMatchObject({
      '@_index': '1',
      PhoneNumber: '1003',
      DisplayName: 'Wu <&>',
      RegisterPswd: 'password-1003&<',
      RegisterAddr: 'north.branch.local',
      ProxyAddr: '10.1.0.2',
      VoiceCodecMap: 'PCMA,PCMU,OPUS,G722',
    });
    expect(sysConf.ap).toMatchObject({
      FlashServerIP: `https://10.1.0.2:8443/p/${folderOf('1003')}`,
      FlashFileName: '0c383e112233.cfg',
      FlashProtocol: '5',
    });
    expect(sysConf.phone.display).toBeUndefined();
    expect(sysConf.phone.date['TimeZone']).toBe('32');
  });

  test('any other: an INI file', async () => {
    expect(await ask(folderOf('1004'), '020000000004.ini')).toContain('username=1004\r\n');
  });
});

test('phones offer what the site speaks, in its order, and nothing else; they speak the language of the site', async () => {
  const change = {
    codecs: { phones: ['G722', 'PCMU'], lines: ['PCMU'] },
    site: { ...site, region: 'US', zone: 'America/St_Johns' },
  } satisfies Partial<Pick<Desired, 'site' | 'codecs'>>;
  const expected: Record<string, [file: string, settings: string[]]> = {
    '1001': [
      '805ec0112233.cfg',
      [
        'account.1.codec.g722.priority = 1',
        'account.1.codec.pcmu.priority = 2',
        'account.1.codec.pcma.enable = 0',
        'account.1.codec.opus.enable = 0',
        'lang.gui = English',
      ],
    ],
    '1002': [
      'cfg000b82112233.xml',
      [
        '<P57>9</P57>',
        '<P58>0</P58>',
        '<P59>9</P59>',
        '<P62>9</P62>',
        '<P246>LOC+3:30</P246>',
        '<P1362>en</P1362>',
      ],
    ],
    '1003': [
      '0c383e112233.cfg',
      ['<VoiceCodecMap>G722,PCMU</VoiceCodecMap>', '<DefaultLanguage>en</DefaultLanguage>'],
    ],
  };
  for (const [extension, [file, settings]] of Object.entries(expected)) {
    const told = await ask(folderOf(extension), file, open(undefined, phones, change));
    for (const setting of settings) expect(told).toContain(setting);
  }
});

test('phones that are to be secure are told TLS, its port and SRTP; the others are not', async () => {
  const secure = phones.map(({ device, ...phone }) =>
    device && 'mac' in device && device.vendor !== 'fanvil'
      ? { ...phone, device: { ...device, secure: true } }
      : phone,
  );
  const files = { '1001': '805ec0112233.cfg', '1002': 'cfg000b82112233.xml', '1004': '020000000004.ini' };
  const expected: Record<string, string[]> = {
    '1001': [
      'account.1.sip_server.1.transport_type = 2',
      'account.1.outbound_proxy.1.port = 5061',
      'account.1.srtp_encryption = 2',
      'static.trusted_certificates.url = https://10.1.0.2:8443/ca.pem',
    ],
    '1002': ['<P130>2</P130>', '<P183>2</P183>', '<P48>10.1.0.2:5061</P48>'],
    '1004': ['transport=tls', 'SRTP=mandatory', 'proxy=10.1.0.2:5061'],
  };
  for (const [extension, file] of Object.entries(files)) {
    const told = await ask(folderOf(extension), file, open(undefined, secure));
    const before = await ask(folderOf(extension), file);
    for (const setting of expected[extension]!) {
      expect(told).toContain(setting);
      expect(before).not.toContain(setting);
    }
  }
});

test('a phone of its own administrator password, and no phone without a MAC has a place', () => {
  expect(book.places().map(({ extension }) => extension)).toEqual(['1001', '1002', '1003', '1004']);
  expect(new Set(book.places().map(({ url }) => url)).size).toBe(4);
});

test('a MAC address alone opens nothing: a wrong folder, the folder of another phone, the folder of another box', async () => {
  warnings.length = 0;
  expect(await ask('0'.repeat(32), '805ec0112233.cfg')).toBeUndefined();
  expect(await ask('', '805ec0112233.cfg')).toBeUndefined();
  expect(await ask(folderOf('1002'), '805ec0112233.cfg')).toBeUndefined();
  expect(await ask(folderOf('1001'), '805ec0112233.cfg', open('the secret of another box'))).toBeUndefined();
  expect(await ask('x', '001122334455.cfg')).toBeUndefined();
  expect(warnings).toEqual([
    'a phone of the plan was asked for from a wrong folder',
    'a phone of the plan was asked for from a wrong folder',
    'the settings of one phone were asked for in the folder of another',
    'a phone of the plan was asked for from a wrong folder',
    'a phone that is not in the plan asks for its settings',
  ]);
});

test('what is no file of a phone is not there, whatever its name', async () => {
  for (const name of ['', '..', '../desk/secret.json', '805ec0112233', 'Y0000.CFG', '%00', 'a'.repeat(5000)])
    expect(await ask(folderOf('1001'), name)).toBeUndefined();
});

import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  decodeWav,
  defaultCampaign,
  idSource,
  inboundQueue,
  promptLanguages,
  shippedPrompts,
  type Desired,
} from '@branchline/shared';
import { silentLog } from '@branchline/shared/node';
import { ConfigurationApplier } from './applier.ts';
import { hasCertificate, placeCertificate } from './certificate.ts';
import { actionsBetween, describeActions } from './difference.ts';
import { findContradiction } from './document-problems.ts';
import { emptyDesired, renderConfiguration, type RenderInput } from './render.ts';
import type { SwitchSettings } from './settings.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'conf-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const sealed = '-----BEGIN AGE ENCRYPTED FILE-----';
const desired: Desired = {
  ...emptyDesired('edge-1'),
  domain: 'branch.local',
  lines: [
    {
      id: 'carrier-a',
      kind: 'sip-trunk',
      enabled: true,
      channels: 10,
      callerIds: ['02088888888'],
      answerSupervision: 'reliable',
      emergency: true,
      sip: { proxy: '192.0.2.10:5060', register: false, pingSeconds: 30 },
    },
  ],
  routes: [{ prefix: '', lines: ['carrier-a'] }],
  phones: [{ extension: '1001', label: 'Zhang <San> & "Co"', password: sealed }],
  fallbackGroup: ['1001'],
};
const settings = (): SwitchSettings => ({
  folder,
  eventSocket: { port: 8021, password: 'pw' },
  sipAddress: '127.0.0.1',
  internalPort: 5060,
  tlsPort: 5061,
  webSocketPort: 7443,
  certificatesFolder: join(folder, 'tls'),
  externalPort: 5080,
  modemPort: 5090,
  rtpPorts: [16_384, 32_768],
  cdrFolder: '/var/cdr',
  recordingsFolder: '/var/rec',
  promptsFolder: '/opt/prompts',
  ownPromptsFolder: '/home/prompts',
});
const input = (change: Partial<Desired> = {}): RenderInput => ({
  desired: { ...desired, ...change },
  settings: settings(),
  secrets: { lines: {}, phones: { '1001': 'secret-1' } },
  addresses: { '192.0.2.10': ['192.0.2.10'] },
  certified: false,
});
const render = (change: Partial<Desired> = {}) => renderConfiguration(input(change));

test('the rendered file is well formed, escapes what people wrote and shows no password of a phone', () => {
  const { xml } = render();
  expect(() => new XMLParser({ ignoreAttributes: false }).parse(xml, true) as unknown).not.toThrow();
  expect(xml).toContain('Zhang &lt;San&gt; &amp; &quot;Co&quot;');
  expect(xml).not.toContain('secret-1');
  expect(xml).toContain('name="a1-hash"');
});

test('hardening: the event socket on loopback with an ACL, phones prove who they are, carriers by address', () => {
  const { xml } = render();
  for (const expected of [
    'name="listen-ip" value="127.0.0.1"',
    'name="apply-inbound-acl" value="loopback.auto"',
    'name="auth-calls" value="true"',
    'name="accept-blind-reg" value="false"',
    'name="apply-inbound-acl" value="carriers"',
    'cidr="192.0.2.10/32"',
  ]) {
    expect(xml).toContain(expected);
  }
});

test('where an agent may not see numbers no phone is told one by a bridge', () => {
  const [agent, ...others] = input().desired.agents;
  expect(render().xml).not.toContain('send-display-update');
  const masked = render({ agents: [{ ...agent!, masked: true }, ...others] });
  expect(masked.xml.match(/name="send-display-update" value="false"/g)).toHaveLength(1);
});

test('with a certificate phones may come by TLS and browsers by secure WebSockets, and not before', () => {
  const before = render();
  const after = renderConfiguration({ ...input(), certified: true });
  for (const expected of [
    'name="tls-sip-port" value="5061"',
    'name="tls-version" value="tlsv1.2,tlsv1.3"',
    'name="wss-binding" value=":7443"',
    `name="tls-cert-dir" value="${join(folder, 'tls')}"`,
  ]) {
    expect(after.xml).toContain(expected);
    expect(before.xml).not.toContain(expected);
  }
  // Once: a listener is opened by a restart of its profile, a later certificate by `reloadcert`.
  expect(actionsBetween(before, after)).toContainEqual({ do: 'restart-profile', profile: 'internal' });
});

test('phones and lines speak what the plan says, in its order; G.711 where it says nothing', () => {
  const prefs = (profile: string | undefined) =>
    (JSON.parse(profile!) as Record<string, string>)['inbound-codec-prefs'];
  const { profiles } = render().parts;
  expect([prefs(profiles['internal']), prefs(profiles['external'])]).toEqual([
    'PCMA,PCMU,OPUS,G722',
    'PCMA,PCMU',
  ]);
  const own = render({ codecs: { phones: ['G722', 'PCMA'], lines: ['PCMU'] } }).parts.profiles;
  expect([prefs(own['internal']), prefs(own['external'])]).toEqual(['G722,PCMA', 'PCMU']);
});

test('nothing is recorded in a codec that is only passed on: the leg would break', () => {
  expect(render().parts.dialplan).toContain('record_session');
  const unheard = render({ codecs: { phones: ['G729'], lines: ['G729'] } });
  expect(unheard.parts.dialplan).not.toContain('record_session');
});

test('a secure phone is called with SRTP or not at all', () => {
  const [phone] = desired.phones;
  const device = { vendor: 'yealink', mac: '805ec0112233', secure: true } as const;
  expect(render({ phones: [{ ...phone!, device }] }).parts.directory).toContain('rtp_secure_media=mandatory');
  expect(render().parts.directory).not.toContain('rtp_secure_media');
});

test('a certificate is placed once, key first, and a new one is told from the old', async () => {
  const place = (cert: string) => placeCertificate(join(folder, 'tls'), { cert, key: 'KEY\n' }, 'CA\n');
  expect(hasCertificate(join(folder, 'tls'))).toBe(false);
  expect([await place('ONE'), await place('ONE'), await place('TWO')]).toEqual([true, false, true]);
  for (const file of ['agent.pem', 'wss.pem'])
    expect(await readFile(join(folder, 'tls', file), 'utf8')).toBe('KEY\nTWO\n');
  expect(hasCertificate(join(folder, 'tls'))).toBe(true);
});

test('a modem of this box is a gateway of its own to the edge; with it the edge may call in, and emergency calls go out', () => {
  const modem: Desired['lines'][number] = {
    id: 'modem-1',
    kind: 'gsm-modem',
    enabled: true,
    channels: 1,
    callerIds: ['13800100001'],
    answerSupervision: 'reliable',
    emergency: true,
    modem: { port: '/dev/serial/by-path/a', audio: '/dev/serial/by-path/b' },
  };
  const { xml, parts } = render({ lines: [...desired.lines, modem] });
  expect(parts.gateways['modem-1']).toContain('name="proxy" value="127.0.0.1:5090;transport=tcp"');
  expect(parts.gateways['modem-1']).toContain('name="from-domain" value="modem-1"');
  expect(parts.acl).toContain('cidr="127.0.0.1/32"');
  expect(xml).toContain('sofia/gateway/carrier-a/$1|sofia/gateway/modem-1/$1');
  const silent = render({ lines: [{ ...modem, modem: { port: '/dev/serial/by-path/a' } }] });
  expect(Object.keys(silent.parts.gateways)).toEqual([]);
  expect(render().parts.acl).not.toContain('127.0.0.1');
});

const span: Desired['lines'][number] = {
  id: 'e1-1',
  kind: 'e1-card',
  enabled: true,
  channels: 30,
  callerIds: ['02088886666'],
  answerSupervision: 'reliable',
  emergency: true,
  span: { number: 1, name: 'e1_1', type: 'e1', hunt: 'down' },
};

test('a span of a card is signalled as its carrier wants, takes emergency calls too, and names the calls that come in', () => {
  const { xml, parts } = render({ lines: [...desired.lines, span] });
  expect(xml).toContain('<load module="mod_freetdm"/>');
  expect(parts.spans).toContain('<span name="e1_1">');
  for (const [name, value] of [
    ['switch', 'euroisdn'],
    ['l1', 'alaw'],
    ['node', 'cpe'],
    ['context', 'inbound'],
  ])
    expect(parts.spans).toContain(`<param name="${name}" value="${value}"/>`);
  expect(parts.dialplan).toContain('sofia/gateway/carrier-a/$1|freetdm/e1_1/A/$1');
  expect(parts.dialplan.indexOf('bl_line=e1-1')).toBeLessThan(parts.dialplan.indexOf('name="did"'));
  const t1 = { ...span, span: { ...span.span!, type: 't1' as const, hunt: 'up' as const } };
  expect(render({ lines: [t1] }).parts.spans).toContain('name="l1" value="ulaw"');
  expect(render({ lines: [t1] }).parts.dialplan).toContain('"freetdm/e1_1/a/$1"');
  for (const without of [render(), render({ lines: [{ ...span, enabled: false }] })]) {
    expect(without.xml).not.toContain('freetdm');
    expect(without.parts.spans).toBe('');
  }
});

test('calls of other sites come in by the overlay alone, are not answered before an agent takes them, and wait for nobody for long', () => {
  const overlay = { address: '10.99.0.3/16', port: 5070 };
  const { xml, parts } = render({ overlay });
  expect(xml).toContain('<list name="sites" default="deny">');
  expect(xml).toContain('cidr="10.99.0.3/16"');
  expect(JSON.parse(parts.profiles['sites']!)).toMatchObject({
    'sip-ip': '10.99.0.3',
    'sip-port': 5070,
    context: 'sites',
    'apply-inbound-acl': 'sites',
  });
  const guests = /<context name="sites">.*?<\/context>/s.exec(xml)![0];
  expect(guests).not.toContain('application="answer"');
  expect(guests).toContain('+3 turned-away XML survival');
  // Nothing but a ticket is dialed there.
  expect([...guests.matchAll(/expression="([^"]*)"/g)].map(([, pattern]) => pattern)).toEqual([
    '^([0-9a-f]{32})$',
  ]);
  expect(render().xml).not.toContain('name="sites"');
});

test('a way to another site needs the overlay, and the overlay comes and goes without ending other calls', () => {
  const queues = [{ ...inboundQueue, overflow: [{ afterSeconds: 20, exit: { to: 'site' as const } }] }];
  expect(findContradiction({ ...desired, queues }, 'edge-1')).toMatchObject({
    place: '/queues/0/overflow/0',
  });
  const overlay = { address: '10.99.0.3/16', port: 5070 };
  expect(findContradiction({ ...desired, queues, overlay }, 'edge-1')).toBeUndefined();
  expect(actionsBetween(render(), render({ overlay }))).toEqual([
    { do: 'reloadxml' },
    { do: 'reloadacl' },
    { do: 'start-profile', profile: 'sites' },
  ]);
  expect(actionsBetween(render({ overlay }), render()).at(-1)).toEqual({
    do: 'stop-profile',
    profile: 'sites',
  });
  const moved = actionsBetween(render({ overlay }), render({ overlay: { ...overlay, port: 5071 } }));
  expect(moved).toEqual([{ do: 'reloadxml' }, { do: 'restart-profile', profile: 'sites' }]);
});

test('survival is in the file: dead man’s switch targets, fallback group, emergency first, no bare park for customers', () => {
  const { dialplan } = render().parts;
  expect(dialplan).toContain('hupall(NORMAL_CLEARING bl_idle 1)');
  expect(dialplan).toContain('user/1001@branch.local');
  expect(dialplan.indexOf('name="emergency"')).toBeLessThan(dialplan.indexOf('name="feature-login"'));
  expect(dialplan.indexOf('sched_transfer')).toBeGreaterThan(0);
  // A leg that is judged was taken over before: our process waits for it.
  for (const park of dialplan.split('application="park"').slice(0, -1))
    expect(park.slice(-400)).toMatch(/sched_(?:transfer|hangup)|\^judge\$/);
});

test('after dialer calls were released an emergency call is tried for longer than a modem takes to hang up', () => {
  const { dialplan } = render().parts;
  const [, emergency = ''] = /name="emergency"([\s\S]*?)<\/extension>/.exec(dialplan) ?? [];
  const [first = '', again = ''] = emergency.split('hupall(MANAGER_REQUEST bl_dialer 1)');
  expect(first.match(/application="bridge"/g)).toHaveLength(1);
  const steps = [...again.matchAll(/application="(sleep|bridge)" data="([^"]*)"/g)];
  const waits = steps.flatMap(([, application, data]) => (application === 'sleep' ? [Number(data)] : []));
  // Half a second for an exchange; a modem has five to hang up (`releaseMs`).
  expect(waits[0]).toBeLessThanOrEqual(500);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(5000);
  expect(steps.at(-1)?.[1]).toBe('bridge');
  expect(steps).toHaveLength(2 * waits.length);
});

test('every prompt that FreeSWITCH plays by itself is shipped and heard, and may be recorded in either language', () => {
  const played = [...render().xml.matchAll(/\/opt\/prompts\/([a-z0-9-]+)\.wav/g)].map(([, name]) => name!);
  const shipped = new Set<string>(shippedPrompts);
  expect(played).toContain('offline');
  expect(played.filter((name) => !shipped.has(name))).toEqual([]);
  for (const name of shippedPrompts) {
    const sound = decodeWav(readFileSync(join(import.meta.dirname, '../../../prompts', `${name}.wav`)));
    if ('problem' in sound) throw new Error(`${name}: ${sound.problem}`);
    const seconds = sound.samples.length / sound.rate;
    const heard = sound.samples.some((sample) => sample > 0.1);
    // Chinese, then English.
    expect({ name, rate: sound.rate, long: seconds > 2, heard }).toEqual({
      name,
      rate: 8000,
      long: true,
      heard: true,
    });
  }
  for (const [i, prompt] of [...new Set(played)].entries())
    for (const language of promptLanguages) {
      const sha256 = String(i % 10).repeat(64);
      const { xml } = render({ recordings: [{ prompt, language, sha256, bytes: 1044 }] });
      expect(xml).toContain(`/recorded/${sha256.slice(0, 32)}.wav`);
      expect(xml).not.toContain(`/opt/prompts/${prompt}.wav`);
    }
});

test('a recording takes the place of a shipped prompt, in the order of the languages, without us', () => {
  const hash = (digit: string): string => digit.repeat(64);
  const { xml } = render({
    recordings: [
      { prompt: 'safe-harbour', language: 'en', sha256: hash('b'), bytes: 1044 },
      { prompt: 'safe-harbour', language: 'zh-CN', sha256: hash('a'), bytes: 1044 },
      { prompt: 'sorry', language: 'en', sha256: hash('c'), bytes: 1044 },
    ],
  });
  const [chinese, english, sorry] = ['a', 'b', 'c'].map(
    (digit) => `/home/prompts/recorded/${digit.repeat(32)}.wav`,
  );
  expect(xml).toContain(`application="playback" data="file_string://${chinese}!${english}"`);
  expect(xml).not.toContain('/opt/prompts/safe-harbour.wav');
  expect(xml).toContain('/opt/prompts/closed.wav');
  // Left on machines by its name, before those that were shipped.
  expect(xml.indexOf(`data="${sorry}"`)).toBeLessThan(xml.indexOf('/opt/prompts/$1.wav'));
  expect(xml).toContain('expression="^leave-sorry$"');
});

test('text that FreeSWITCH would expand is refused with its place', () => {
  expect(() =>
    render({ phones: [{ extension: '1001', label: '${system(reboot)}', password: sealed }] }),
  ).toThrow(
    expect.objectContaining({
      code: 'BL_CONFIG_INVALID',
      details: expect.objectContaining({ place: 'phones/1001/label' }),
    }),
  );
});

test.each<[string, Partial<Desired>, string]>([
  ['nothing', {}, 'none'],
  [
    'a new phone',
    { phones: [...desired.phones, { extension: '1002', label: 'Li', password: sealed }] },
    'reloadxml',
  ],
  ['another fallback group', { fallbackGroup: [] }, 'reloadxml'],
  ['a new line', { lines: [...desired.lines, { ...desired.lines[0]!, id: 'carrier-b' }] }, 'rescan'],
  [
    'a changed line',
    { lines: [{ ...desired.lines[0]!, sip: { proxy: '192.0.2.11', register: false, pingSeconds: 0 } }] },
    'kill-gateway',
  ],
  ['a line taken away', { lines: [] }, 'kill-gateway'],
  ['a span of a card', { lines: [...desired.lines, span] }, 'reload-spans'],
  ['another domain', { domain: 'other.local' }, 'restart-profile'],
  ['another name of the box', { edge: 'edge-2' }, 'restart-switch'],
])('%s asks for %s', (_, change, action) => {
  expect(describeActions(actionsBetween(render(), render(change)))).toBe(action);
});

test('what would drop calls waits for the last one to end', async () => {
  const sent: string[] = [];
  let idle = false;
  const applier = new ConfigurationApplier({
    switch: {
      up: true,
      control: (command) => (
        sent.push(command),
        Promise.resolve(
          command === 'reloadxml'
            ? '+OK [Success]\n'
            : command.endsWith('restart')
              ? 'Reload XML [Success]\nrestarting: internal\n'
              : '+OK',
        )
      ),
    },
    folder,
    log: silentLog,
    idle: () => idle,
  });
  await applier.prepare(input());
  expect(await applier.apply(input({ domain: 'other.local' }))).toEqual({
    status: 'waiting-for-idle',
    change: 'restart-profile',
  });
  expect(sent).toEqual(['reloadxml']);
  idle = true;
  expect(await applier.performWhenIdle()).toBe(true);
  expect(sent).toEqual(['reloadxml', 'sofia profile internal restart']);
});

test('a FreeSWITCH that was started before the certificate opens its listeners when nobody talks', async () => {
  const sent: string[] = [];
  let status = 'WSS-BIND-URL \tsips:mod_sofia@10.1.0.2:7443;transport=wss\n';
  const answers: Record<string, string> = {
    reloadxml: '+OK [Success]\n',
    'sofia profile internal rescan': 'Reload XML [Success]\n+OK scan complete\n',
    'sofia profile external rescan': 'Reload XML [Success]\n+OK scan complete\n',
    'sofia profile internal restart': 'Reload XML [Success]\nrestarting: internal',
  };
  const applier = new ConfigurationApplier({
    switch: {
      up: true,
      control: (command) => {
        sent.push(command);
        return Promise.resolve(command.startsWith('sofia status') ? status : (answers[command] ?? '+OK'));
      },
    },
    folder,
    log: silentLog,
    idle: () => true,
  });
  await applier.prepare({ ...input(), certified: true });
  await applier.refresh(false);
  expect(await applier.performWhenIdle()).toBe(false);
  expect(sent).toContain('reloadcert');
  status = 'no such line\n';
  await applier.refresh(false);
  expect(await applier.performWhenIdle()).toBe(true);
  expect(sent.at(-1)).toBe('sofia profile internal restart');
});

test('a box without FreeTDM keeps its other lines when a card is added', async () => {
  const sent: string[] = [];
  const applier = new ConfigurationApplier({
    switch: {
      up: true,
      control: (command) => (
        sent.push(command),
        Promise.resolve(
          command === 'reloadxml'
            ? '+OK [Success]\n'
            : '+OK Reloading XML\n-ERR loading module [module load file routine returned an error]\n',
        )
      ),
    },
    folder,
    log: silentLog,
    idle: () => true,
  });
  await applier.prepare(input());
  const lines = [...desired.lines, span];
  expect(await applier.apply(input({ lines }))).toEqual({ status: 'applied', change: 'reload-spans' });
  expect(sent).toEqual(['reloadxml', 'reload mod_freetdm']);
});

test('a gateway that FreeSWITCH leaves out brings the previous file back', async () => {
  const answers: Record<string, string> = {
    reloadxml: '+OK [Success]\n',
    'sofia profile external rescan': 'Reload XML [Success]\n+OK scan complete\n',
    'sofia status':
      'internal\tprofile\tsip:x\tRUNNING (0)\nexternal\tprofile\tsip:x\tRUNNING (0)\nexternal::carrier-a\tgateway\tsip:y\tNOREG\n',
  };
  const applier = new ConfigurationApplier({
    switch: { up: true, control: (command) => Promise.resolve(answers[command] ?? '+OK') },
    folder,
    log: silentLog,
    idle: () => true,
  });
  await applier.prepare(input());
  const before = await readFile(applier.file, 'utf8');
  const lines = [...desired.lines, { ...desired.lines[0]!, id: 'carrier-b' }];
  await expect(applier.apply(input({ lines }))).rejects.toMatchObject({
    details: { problem: 'FreeSWITCH does not show carrier-b' },
  });
  expect(await readFile(applier.file, 'utf8')).toBe(before);
  answers['sofia status'] += 'external::carrier-b\tgateway\tsip:z\tNOREG\n';
  expect(await applier.apply(input({ lines }))).toEqual({ status: 'applied', change: 'rescan' });
});

test('an answer other than +OK [Success] brings the previous file back', async () => {
  const applier = new ConfigurationApplier({
    switch: {
      up: true,
      control: () => Promise.resolve('+OK [[error near line 1]: unclosed tag <section>]\n'),
    },
    folder,
    log: silentLog,
    idle: () => true,
  });
  await applier.prepare(input());
  const before = await readFile(applier.file, 'utf8');
  await expect(applier.apply(input({ fallbackGroup: [] }))).rejects.toMatchObject({
    code: 'BL_CONFIG_INVALID',
  });
  expect(await readFile(applier.file, 'utf8')).toBe(before);
});

const campaign = { ...defaultCampaign, id: idSource()(), name: 'k', status: 'running' as const };
const flow = {
  id: '01890a5d-ac96-774b-bcce-b302099a8056',
  name: 'Hotline',
  version: 1,
  flow: { start: 'end', prompts: [], steps: [{ id: 'end', kind: 'hang-up' as const }] },
};

test.each<[string, Partial<Desired>, string]>([
  ['a document of another edge', { edge: 'edge-9' }, '/edge'],
  [
    'G.729 beside something else, which nobody could translate',
    { codecs: { phones: ['PCMA', 'G729'], lines: ['PCMA'] } },
    '/codecs',
  ],
  [
    'a Fanvil phone that is to be secure',
    {
      phones: [{ ...desired.phones[0]!, device: { vendor: 'fanvil', mac: '0c383e112233', secure: true } }],
    },
    '/phones/1001/device/secure',
  ],
  ['a zone that does not exist', { site: { ...desired.site, zone: 'Mars/Base' } }, '/site/zone'],
  ['a route to nowhere', { routes: [{ prefix: '+86', lines: ['nowhere'] }] }, '/routes/+86'],
  [
    'a flow that leads nowhere',
    { flows: [{ ...flow, flow: { ...flow.flow, start: 'nowhere' } }] },
    `/flows/${flow.id}/start`,
  ],
  [
    'a number of a flow that is not here',
    { flows: [flow], inboundNumbers: [{ number: '4001', flow: '01890a5d-ac96-774b-bcce-b302099a8057' }] },
    '/inboundNumbers/4001',
  ],
  [
    'a broadcast without its flow',
    { campaigns: [{ ...campaign, mode: 'broadcast' }] },
    `/campaigns/${campaign.id}/flow`,
  ],
  [
    'a queue with a campaign that is not here',
    { queues: [{ ...inboundQueue, campaign: flow.id }] },
    '/queues/inbound/campaign',
  ],
  ['two lines of one name', { lines: [...desired.lines, ...desired.lines] }, '/lines'],
  [
    'an agent without a phone',
    { agents: [{ id: 'a', name: 'A', extension: '1009', mode: 'ring', campaigns: [], inbound: true }] },
    '/agents/a/extension',
  ],
  [
    'a trunk without SIP',
    { lines: [{ ...desired.lines[0]!, sip: undefined } as never] },
    '/lines/carrier-a/sip',
  ],
  [
    'a modem that shares its port',
    {
      lines: ['modem-1', 'modem-2'].map((id) => ({
        ...desired.lines[0]!,
        id,
        kind: 'gsm-modem' as const,
        channels: 1,
        modem: { port: '/dev/serial/by-path/usb-1' },
      })),
    },
    '/lines/modem-2',
  ],
  [
    'a SIM with two channels',
    {
      lines: [
        {
          ...desired.lines[0]!,
          kind: 'gsm-modem' as const,
          channels: 2,
          modem: { port: '/dev/serial/by-path/usb-1' },
        },
      ],
    },
    '/lines/carrier-a/channels',
  ],
  [
    'a window that ends first',
    { campaigns: [{ ...campaign, window: { fromMinute: 600, toMinute: 500, weekdays: [1] } }] },
    `/campaigns/${campaign.id}/window`,
  ],
])('%s is a contradiction with its place', (_, change, place) => {
  expect(findContradiction({ ...desired, ...change }, 'edge-1')).toMatchObject({ place });
});

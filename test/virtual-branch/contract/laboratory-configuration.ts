/** Ports and paths of one laboratory switch. */
export interface LaboratoryPlaces {
  /** Loopback port of the event socket. */
  readonly eslPort: number;
  readonly password: string;
  /** SIP port of the profile the desk phones register to. */
  readonly internalPort: number;
  /** SIP port of the profile gateways dial out from. */
  readonly trunkPort: number;
  /** SIP port of the profile that plays the carrier. */
  readonly carrierPort: number;
  /** First of 200 RTP ports. */
  readonly rtpPort: number;
  /** Directory mod_json_cdr writes to. */
  readonly cdrDirectory: string;
}

/** What the laboratory's carrier does with a dialed number; the virtual switch is given the same plan. */
export const laboratoryNumbers = {
  /** 180, then answers after half a second and stays. */
  answers: '13900000001',
  /** 180, then 486. */
  busy: '13900000002',
  /** 180, then 603. */
  rejects: '13900000003',
  /** 180 and nothing more. */
  rings: '13900000004',
  /** 183 with an announcement of 1 s, then 404. */
  deadNumber: '13900000005',
  /** Answers and hangs up after a second. */
  answersAndLeaves: '13900000006',
  /** 183 with audio, then an answer after 1 s. */
  earlyThenAnswers: '13900000007',
} as const;

const modules = [
  'mod_commands',
  'mod_dptools',
  'mod_dialplan_xml',
  'mod_sofia',
  'mod_event_socket',
  'mod_json_cdr',
  'mod_tone_stream',
  'mod_local_stream',
  'mod_sndfile',
  'mod_native_file',
  'mod_hash',
  'mod_expr',
  'mod_loopback',
];

const param = (name: string, value: string | number): string => `<param name="${name}" value="${value}"/>`;

const action = (application: string, data = ''): string =>
  `<action application="${application}"${data === '' ? '' : ` data="${data}"`}/>`;

const extension = (name: string, expression: string, actions: readonly string[]): string =>
  `<extension name="${name}"><condition field="destination_number" expression="${expression}">${actions.join('')}</condition></extension>`;

const profile = (name: string, port: number, context: string, gateways: string, more: string): string =>
  `<profile name="${name}"><gateways>${gateways}</gateways><settings>${[
    param('sip-ip', '127.0.0.1'),
    param('rtp-ip', '127.0.0.1'),
    param('sip-port', port),
    param('context', context),
    param('dialplan', 'XML'),
    param('inbound-codec-prefs', 'PCMA,PCMU'),
    param('outbound-codec-prefs', 'PCMA,PCMU'),
    param('rtp-timer-name', 'soft'),
    param('inbound-late-negotiation', 'true'),
    more,
  ].join('')}</settings></profile>`;

/** Numbers, contexts and phones of the branch under test: the same document drives the real switch and the virtual one. */
export function laboratoryConfiguration(places: LaboratoryPlaces): string {
  return `<?xml version="1.0"?>
<document type="freeswitch/xml">
${configurationSection(places)}
${dialplanSection()}
${directorySection()}
</document>
`;
}

function configurationSection(places: LaboratoryPlaces): string {
  const { carrierPort, internalPort, trunkPort } = places;
  const carrier = `<gateway name="carrier">${[
    param('username', 'branch'),
    param('password', 'secret'),
    param('realm', '127.0.0.1'),
    param('proxy', `127.0.0.1:${carrierPort}`),
    param('register', 'false'),
    param('caller-id-in-from', 'true'),
  ].join('')}</gateway>`;
  // The "phone" of extension 1001 is a gateway of the carrier's profile that registers to the internal one.
  const phone = `<gateway name="phone1001">${[
    param('username', '1001'),
    param('password', 'secret1001'),
    param('realm', 'branch.test'),
    param('proxy', `127.0.0.1:${internalPort}`),
    param('register', 'true'),
    param('retry-seconds', 5),
    param('extension', '1001'),
    param('from-domain', 'branch.test'),
  ].join('')}</gateway>`;
  return `<section name="configuration">
<configuration name="switch.conf"><settings>${[
    param('max-sessions', 1000),
    param('sessions-per-second', 100),
    param('loglevel', 'warning'),
    param('rtp-start-port', places.rtpPort),
    param('rtp-end-port', places.rtpPort + 200),
    param('event-heartbeat-interval', 20),
  ].join('')}</settings></configuration>
<configuration name="modules.conf"><modules>${modules.map((name) => `<load module="${name}"/>`).join('')}</modules></configuration>
<configuration name="event_socket.conf"><settings>${[
    param('listen-ip', '127.0.0.1'),
    param('listen-port', places.eslPort),
    param('password', places.password),
    param('apply-inbound-acl', 'loopback.auto'),
  ].join('')}</settings></configuration>
<configuration name="json_cdr.conf"><settings>${[
    param('log-dir', places.cdrDirectory),
    param('log-b-leg', 'true'),
    param('prefix-a-leg', 'false'),
    param('encode', 'false'),
  ].join('')}</settings></configuration>
<configuration name="acl.conf"><network-lists></network-lists></configuration>
<configuration name="sofia.conf"><global_settings>${param('log-level', 0)}</global_settings><profiles>
${profile('internal', internalPort, 'agents', '', [param('auth-calls', 'true'), param('force-register-domain', 'branch.test'), param('force-register-db-domain', 'branch.test')].join(''))}
${profile('trunk', trunkPort, 'inbound', carrier, param('auth-calls', 'false'))}
${profile('carrier', carrierPort, 'carrier', phone, param('auth-calls', 'false'))}
</profiles></configuration>
</section>`;
}

const pickUp = [
  // A '*' would end the playback and with it the call.
  action('set', 'playback_terminators=none'),
  action('answer'),
  action('playback', 'silence_stream://-1'),
];

function dialplanSection(): string {
  const numbers = laboratoryNumbers;
  const ring = [action('ring_ready'), action('sleep', '500')];
  return `<section name="dialplan">
<context name="carrier">
${extension('answers', `^${numbers.answers}$`, [...ring, ...pickUp])}
${extension('busy', `^${numbers.busy}$`, [...ring, action('respond', '486')])}
${extension('rejects', `^${numbers.rejects}$`, [...ring, action('respond', '603')])}
${extension('rings', `^${numbers.rings}$`, [action('ring_ready'), action('sleep', '120000')])}
${extension('dead number', `^${numbers.deadNumber}$`, [action('pre_answer'), action('playback', 'tone_stream://%(1000,0,450)'), action('respond', '404')])}
${extension('leaves', `^${numbers.answersAndLeaves}$`, [...ring, action('answer'), action('sleep', '1000'), action('hangup')])}
${extension('early', `^${numbers.earlyThenAnswers}$`, [action('pre_answer'), action('playback', 'tone_stream://%(1000,0,450)'), ...pickUp])}
${extension('desk phone', '^1001$', [...ring, ...pickUp])}
</context>
<context name="inbound">
${extension('did parks', '^8001$', [action('set', 'lab_did=8001'), action('ring_ready'), action('answer'), action('park')])}
${extension('did rings a busy number, then the desk', '^8002$', [
  action('set', 'continue_on_fail=true'),
  action('set', 'hangup_after_bridge=true'),
  action('bridge', `sofia/gateway/carrier/${numbers.busy}`),
  action('set', 'lab_second=${originate_disposition}'),
  action('bridge', 'user/1001@branch.test'),
])}
${extension('did rings', '^8004$', [action('set', 'lab_header=${sip_h_X-Lab}'), action('ring_ready'), action('park')])}
${extension('did is caught', '^8003$', [action('answer'), action('sched_transfer', '+2 8100 XML survival'), action('park')])}
</context>
<context name="survival">
${extension('message', '^8100$', [action('set', 'lab_survival=true'), action('answer'), action('playback', 'tone_stream://%(500,0,440)'), action('hangup')])}
${extension('free the idle', '^8101$', [action('set', 'lab_freed=${hupall(NORMAL_CLEARING lab_idle 1)}'), action('hangup')])}
<extension name="cut off"><condition field="\${last_bridge_hangup_cause}" expression="^MEDIA_TIMEOUT$"/><condition field="destination_number" expression="^8103$">${action('set', 'lab_cut_off=true')}${action('park')}</condition></extension>
${extension('ended', '^8103$', [action('hangup')])}
${extension('stays', '^8102$', [action('set', 'lab_stays=true'), action('park')])}
</context>
<context name="agents">
${extension('feature', '^\\*11$', [action('answer'), action('park')])}
</context>
</section>`;
}

function directorySection(): string {
  const user = (id: string): string =>
    `<user id="${id}"><params>${param('password', `secret${id}`)}${param(
      'dial-string',
      '{presence_id=${dialed_user}@${dialed_domain}}${sofia_contact(*/${dialed_user}@${dialed_domain})}',
    )}</params><variables><variable name="user_context" value="agents"/></variables></user>`;
  return `<section name="directory"><domain name="branch.test"><groups><group name="default"><users>
${user('1001')}
${user('1002')}
</users></group></groups></domain></section>`;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaledClock } from '@branchline/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EslClient, FrameReader } from './contract/index.ts';
import type { EslEvent, EslFrame } from './contract/index.ts';
import type { Answerer } from './switch/party.ts';
import { VirtualSwitch } from './switch/virtual-switch.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/esl/${name}`, import.meta.url));
const sent = (name: string): string[] =>
  fixture(name)
    .toString()
    .split('\n\n')
    .filter((each) => each.trim() !== '');

/** The configuration the transcripts were taken with, as far as they show it. */
const users = Array.from({ length: 20 }, (_, index) => {
  const id = 1000 + index;
  return `<user id="${id}"><params><param name="dial-string" value="\${sofia_contact(*/\${dialed_user}@\${dialed_domain})}"/></params><variables><variable name="user_context" value="default"/><variable name="effective_caller_id_name" value="Extension ${id}"/><variable name="effective_caller_id_number" value="${id}"/></variables></user>`;
}).join('');
const configuration = `<document type="freeswitch/xml"><section name="configuration">
<configuration name="switch.conf"><settings><param name="sessions-per-second" value="100"/><param name="max-sessions" value="1000"/></settings></configuration>
<configuration name="modules.conf"><modules><load module="mod_sofia"/></modules></configuration>
<configuration name="local_stream.conf"><directory name="moh" path="/tmp"/></configuration>
<configuration name="event_socket.conf"><settings><param name="listen-ip" value="127.0.0.1"/><param name="listen-port" value="0"/><param name="password" value="ClueCon"/></settings></configuration>
<configuration name="sofia.conf"><profiles>
<profile name="internal"><settings><param name="sip-port" value="5160"/><param name="ws-binding" value=":5166"/><param name="context" value="default"/><param name="presence-hosts" value="127.0.0.1"/><param name="challenge-realm" value="auto_from"/><param name="hold-music" value="local_stream://moh"/><param name="inbound-codec-prefs" value="OPUS,G722,PCMU,PCMA,G729"/><param name="outbound-codec-prefs" value="PCMU,PCMA,G729"/></settings></profile>
<profile name="external"><gateways><gateway name="trunk1"><param name="username" value="trunk1"/><param name="password" value="x"/><param name="realm" value="127.0.0.1"/><param name="proxy" value="127.0.0.1:5071"/><param name="register" value="false"/></gateway></gateways><settings><param name="sip-port" value="5180"/><param name="context" value="public"/></settings></profile>
</profiles></configuration></section>
<section name="directory"><domain name="127.0.0.1"><groups><group name="default"><users>${users}</users></group></groups></domain></section>
</document>`;

const picksUp: Answerer = (_invitation, link) => {
  link.ring();
  setTimeout(() => link.answer(), 5);
  return { released: () => undefined };
};

interface Replay {
  readonly control: readonly EslFrame[];
  readonly listener: readonly EslEvent[];
}

/** Commands of modules the virtual switch does not emulate. */
const notEmulated = /^api (callcenter_config|fifo) /;

describe('the virtual switch answers as the recorded one did', () => {
  let directory: string;
  let owner: VirtualSwitch;
  const replays = new Map<string, Promise<Replay>>();
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'transcripts-'));
    writeFileSync(join(directory, 'freeswitch.xml'), configuration);
    const now = Date.now();
    // Ten times as fast, so that 1.5 s of playback do not take as long.
    const business = scaledClock({ speed: 10, real: now, business: now });
    owner = new VirtualSwitch({ directory, business, hostname: 'vm' });
    owner.listen('127.0.0.1:5070', picksUp);
    owner.listen('127.0.0.1:5071', picksUp);
    await owner.start();
  });
  afterAll(async () => {
    await owner.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('gives the same replies to sixty commands, in order', async () => {
    const recorded = frames('sixty-commands.raw');
    const client = await EslClient.open(owner.eslPort);
    await client.until(() => client.frames.length > 0, 'the greeting');
    const commands = sent('sixty-commands.sent');
    for (const command of commands) await client.command(command);
    await client.until(() => client.closed, 'the close');
    const own = client.frames.filter((frame) => !isEvent(frame)).map(shown);
    const theirs = recorded.filter((frame) => !isEvent(frame)).map(shown);
    const skipped = commands.flatMap((command, index) => (notEmulated.test(command) ? [index + 1] : []));
    const kept = (list: string[]): string[] => list.filter((_, index) => !skipped.includes(index));
    expect(kept(own)).toEqual(kept(theirs));
  });

  it('gives the same replies and the same events for originates that fail', async () => {
    const { control, listener } = await replay('failed-originates.control.sent');
    expect(control.map(shown)).toEqual(frames('failed-originates.control.raw').map(shown));
    expect(told(listener)).toEqual(told(events('failed-originates.json.raw')));
  });

  it('tells an answered call with the same events in the same order on each leg', async () => {
    const { control, listener } = await replay('answered-call.control.sent');
    const replies = (list: readonly EslFrame[]): string[] =>
      list.map(shown).filter((text) => !text.includes('Event-Name'));
    expect(replies(control)).toEqual(replies(frames('answered-call.control.raw')));
    const recorded = events('answered-call.json.raw');
    for (const leg of ['5428f7b6-3616-4713-8497-9a81f10d3109', '2f8b56ab-53d9-46a2-8830-043c97fbba17']) {
      expect(told(listener, leg)).toEqual(told(recorded, leg));
    }
  });

  it('gives every event of an answered call the headers the recorded ones have', async () => {
    const { listener } = await replay('answered-call.control.sent');
    const recorded = events('answered-call.json.raw').filter(
      (event) => !uninteresting.has(event['Event-Name'] ?? ''),
    );
    const own = listener.filter((event) => !uninteresting.has(event['Event-Name'] ?? ''));
    const missing: string[] = [];
    for (const uuid of new Set(recorded.map((event) => event['Unique-ID']))) {
      const twins = own.filter((event) => event['Unique-ID'] === uuid);
      recorded
        .filter((event) => event['Unique-ID'] === uuid)
        .forEach((event, index) => {
          const twin = twins[index];
          // The failed leg has an id of its own in each run.
          if (!twin) return;
          const lacking = Object.keys(event).filter((name) => !(name in twin) && !sipDetail.test(name));
          if (lacking.length > 0) missing.push(`${event['Event-Name']} ${index}: ${lacking.join(' ')}`);
        });
    }
    expect(missing).toEqual([]);
  });

  it('never puts variables on events that carry none', async () => {
    const { listener } = await replay('answered-call.control.sent');
    const bare = ['CHANNEL_STATE', 'CHANNEL_CALLSTATE', 'CHANNEL_OUTGOING', 'CODEC', 'PRIVATE_COMMAND'];
    const dressed = listener.filter(
      (event) =>
        bare.includes(event['Event-Name'] ?? '') &&
        Object.keys(event).some((name) => name.startsWith('variable_')),
    );
    expect(dressed).toEqual([]);
    expect(listener.every((event) => Object.values(event).every((value) => typeof value === 'string'))).toBe(
      true,
    );
  });

  /** Each transcript is replayed once; several tests look at what came of it. */
  function replay(name: string): Promise<Replay> {
    const known = replays.get(name) ?? perform(name);
    replays.set(name, known);
    return known;
  }

  async function perform(name: string): Promise<Replay> {
    const listener = await EslClient.connect(owner.eslPort, 'ClueCon');
    const control = await EslClient.open(owner.eslPort);
    await control.until(() => control.frames.length > 0, 'the greeting');
    for (const command of sent(name)) {
      await control.command(command);
      // What the recording waited for by the clock: a call that stands, a playback, a hold.
      if (/originate|sendmsg|dtmf|uuid_hold|uuid_kill/.test(command)) await quiet(listener);
    }
    await control.until(() => control.closed, 'the close');
    await quiet(listener);
    listener.close();
    return { control: control.frames, listener: listener.events };
  }
});

/** Waits until no event has come for a while. */
async function quiet(client: EslClient): Promise<void> {
  for (let seen = -1; seen !== client.events.length;) {
    seen = client.events.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const frames = (name: string): EslFrame[] => new FrameReader().push(fixture(name));
const isEvent = (frame: EslFrame): boolean =>
  frame.headers['Content-Type']?.startsWith('text/event') === true;
const events = (name: string): EslEvent[] =>
  frames(name)
    .filter(isEvent)
    .map((frame) => JSON.parse(frame.body) as EslEvent);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A frame with ids, figures and times taken out; of rows only the columns. */
function shown(frame: EslFrame): string {
  if (frame.body.startsWith('{"row_count":')) {
    const { rows = [] } = JSON.parse(frame.body) as { rows?: object[] };
    return rows.map((row) => Object.keys(row).join(' ')).join('\n');
  }
  const head = `${frame.headers['Content-Type'] ?? ''} ${frame.headers['Reply-Text'] ?? ''}`;
  return `${head}\n${frame.body}`
    .replaceAll(uuid, 'UUID')
    .replaceAll(/\d+ (year|day|hour|minute|second|millisecond|microsecond)s?/g, 'N $1')
    .replaceAll(
      /"(years|days|hours|minutes|seconds|milliseconds|microseconds|used|allowed|current)":[\d.]+/g,
      '"$1":N',
    )
    .replaceAll(/idle cpu [\d./]+/g, 'idle cpu N')
    .replaceAll(/(Uptime\s+)\d+s/g, '$1Ns')
    .replaceAll(/Content-Length: \d+/g, 'Content-Length: N');
}

const uninteresting = new Set([
  'API',
  'HEARTBEAT',
  'RE_SCHEDULE',
  'ADD_SCHEDULE',
  'DEL_SCHEDULE',
  'PRESENCE_IN',
]);

/** Events of one leg (or of all) as one line each. */
function told(list: readonly EslEvent[], leg?: string): string[] {
  return list
    .filter((event) => !uninteresting.has(event['Event-Name'] ?? ''))
    .filter((event) => leg === undefined || event['Unique-ID'] === leg)
    .map((event) =>
      [
        'Event-Name',
        'Channel-State',
        'Channel-Call-State',
        'Channel-State-Number',
        'Answer-State',
        'Hangup-Cause',
        'Application',
        'Application-Data',
        'Application-Response',
        'Playback-Status',
        'Other-Type',
        'Caller-Caller-ID-Number',
        'Caller-Callee-ID-Number',
        '_body',
      ]
        .map((name) => event[name] ?? '')
        .join('|')
        .trim(),
    );
}

/** Details of one SIP stack and its codecs that differ between any two far ends. */
const sipDetail =
  /^variable_(sip_|rtp_|switch_[rm]_sdp|.*_media_flow|local_media|remote_media|advertised|ep_codec|originator_codec)/;

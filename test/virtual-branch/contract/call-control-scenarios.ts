import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laboratoryNumbers as numbers } from './laboratory-configuration.ts';
import { withClient } from './laboratory.ts';
import type { Bench, Scenario } from './laboratory.ts';

async function bridged(bench: Bench, first = '', second = ''): Promise<[string, string]> {
  const a = await bench.parked(numbers.answers, first);
  const b = await bench.parked(numbers.answers, second);
  assert.equal(await bench.client.api(`uuid_bridge ${a} ${b}`), `+OK ${b}\n`);
  await bench.client.on(a, 'CHANNEL_BRIDGE');
  await bench.client.event(
    (event) => event['Unique-ID'] === b && event['Channel-State'] === 'CS_EXCHANGE_MEDIA',
    'media',
  );
  return [a, b];
}

/** The n-th event of a name on a channel, counted from 1. */
async function nth(bench: Bench, uuid: string, name: string, n: number): Promise<void> {
  await bench.client.until(
    () => bench.client.sequence(uuid, [name]).length >= n,
    `${name} number ${n} of ${uuid}`,
  );
}

/** What parked and bridged legs do. */
export const callControlScenarios: readonly Scenario[] = [
  {
    name: 'two parked legs are bridged: one CHANNEL_BRIDGE on the first, and killing one ends both',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench);
        const { client } = bench;
        const bridge = await client.on(a, 'CHANNEL_BRIDGE');
        assert.equal(bridge['Bridge-A-Unique-ID'], a);
        assert.equal(bridge['Bridge-B-Unique-ID'], b);
        assert.equal(bridge['Other-Leg-Unique-ID'], b);
        assert.deepEqual(client.sequence(b, ['CHANNEL_BRIDGE']), []);
        assert.equal(await client.api(`uuid_kill ${a}`), '+OK\n');
        await client.on(a, 'CHANNEL_DESTROY');
        await client.on(b, 'CHANNEL_DESTROY');
        assert.deepEqual(
          client.sequence(a, ['CHANNEL_HANGUP', 'CHANNEL_UNBRIDGE', 'CHANNEL_HANGUP_COMPLETE']),
          ['CHANNEL_HANGUP', 'CHANNEL_UNBRIDGE', 'CHANNEL_HANGUP_COMPLETE'],
        );
        assert.deepEqual(client.sequence(b, ['CHANNEL_UNBRIDGE']), []);
        // Its own again, or still its partner's: that depends on which of the two threads comes first.
        const call = (await client.on(b, 'CHANNEL_HANGUP_COMPLETE'))['variable_call_uuid'] ?? '';
        assert.ok([a, b].includes(call), call);
      }),
  },
  {
    name: 'a leg with park_after_bridge parks again when its partner leaves, on either side of the bridge',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench, 'park_after_bridge=true');
        await bench.client.api(`uuid_kill ${b}`);
        await nth(bench, a, 'CHANNEL_PARK', 2);
        const [c, d] = await bridged(bench, '', 'park_after_bridge=true');
        await bench.client.api(`uuid_kill ${c}`);
        await nth(bench, d, 'CHANNEL_PARK', 2);
        await bench.client.on(c, 'CHANNEL_UNBRIDGE');
        assert.equal(await bench.client.api(`uuid_exists ${a}`), 'true');
        assert.equal(await bench.client.api(`uuid_exists ${d}`), 'true');
      }),
  },
  {
    name: 'a leg with transfer_after_bridge goes to its extension when its partner is parked elsewhere',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench, '', 'transfer_after_bridge=8102:XML:survival');
        assert.equal(await bench.client.api(`uuid_park ${a}`), '+OK\n');
        await nth(bench, a, 'CHANNEL_PARK', 2);
        await nth(bench, b, 'CHANNEL_PARK', 2);
        assert.equal(await bench.client.api(`uuid_getvar ${b} lab_stays`), 'true');
      }),
  },
  {
    name: 'whoever is left after a bridge can be told by why the partner ended',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const after = 'transfer_after_bridge=8103:XML:survival,hangup_after_bridge=false';
        const [a, b] = await bridged(bench, after);
        await bench.client.api(`uuid_kill ${b} MEDIA_TIMEOUT`);
        await nth(bench, a, 'CHANNEL_PARK', 2);
        assert.equal(await bench.client.api(`uuid_getvar ${a} lab_cut_off`), 'true');
        const [c, d] = await bridged(bench, after);
        await bench.client.api(`uuid_kill ${d}`);
        await bench.client.on(c, 'CHANNEL_HANGUP_COMPLETE');
      }),
  },
  {
    name: 'uuid_transfer takes one leg away and leaves the other parked; -both takes both',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench, 'park_after_bridge=true');
        assert.equal(await bench.client.api(`uuid_transfer ${b} 8102 XML survival`), '+OK\n');
        await nth(bench, a, 'CHANNEL_PARK', 2);
        await nth(bench, b, 'CHANNEL_PARK', 2);
        assert.equal(await bench.client.api(`uuid_getvar ${b} lab_stays`), 'true');
        await bench.client.api(`uuid_bridge ${a} ${b}`);
        await nth(bench, a, 'CHANNEL_BRIDGE', 2);
        assert.equal(await bench.client.api(`uuid_transfer ${a} -both 8102 XML survival`), '+OK\n');
        await nth(bench, a, 'CHANNEL_PARK', 3);
        await nth(bench, b, 'CHANNEL_PARK', 3);
      }),
  },
  {
    name: 'a leg bridged to a third one leaves its former partner hung up',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench);
        const c = await bench.parked(numbers.answers);
        await bench.client.api(`uuid_bridge ${a} ${c}`);
        await bench.client.on(b, 'CHANNEL_HANGUP_COMPLETE');
        await nth(bench, a, 'CHANNEL_BRIDGE', 2);
        assert.equal(await bench.client.api(`uuid_exists ${a}`), 'true');
        assert.equal(await bench.client.api(`uuid_exists ${c}`), 'true');
      }),
  },
  {
    name: 'a customer is parked while the agent talks with a third, comes back, and stays with the third when the agent goes',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const handOver = '8102:XML:survival';
        const [a, b] = await bridged(bench, `transfer_after_bridge=${handOver}`, 'park_after_bridge=true');
        const c = await bench.parked(numbers.answers, 'park_after_bridge=true,hangup_after_bridge=false');
        await bench.client.api(`uuid_transfer ${a} 8102 XML survival`);
        await nth(bench, a, 'CHANNEL_PARK', 2);
        await nth(bench, b, 'CHANNEL_PARK', 2);
        await bench.client.api(`uuid_bridge ${b} ${c}`);
        await nth(bench, b, 'CHANNEL_BRIDGE', 1);
        await bench.client.api(`uuid_bridge ${a} ${b}`);
        await nth(bench, a, 'CHANNEL_BRIDGE', 2);
        await nth(bench, c, 'CHANNEL_PARK', 2);
        await bench.client.api(`uuid_transfer ${a} 8102 XML survival`);
        await nth(bench, a, 'CHANNEL_PARK', 3);
        await bench.client.api(`uuid_bridge ${b} ${c}`);
        await nth(bench, b, 'CHANNEL_BRIDGE', 2);
        await bench.client.api(`uuid_bridge ${a} ${c}`);
        await nth(bench, a, 'CHANNEL_BRIDGE', 3);
        await nth(bench, b, 'CHANNEL_PARK', 4);
        for (const leg of [a, b, c]) assert.equal(await bench.client.api(`uuid_exists ${leg}`), 'true');
      }),
  },
  {
    name: 'a leg that eavesdrops leaves the two as they are, and does what its program says when its target is gone',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [a, b] = await bridged(bench, 'park_after_bridge=true');
        const c = await bench.parked(numbers.answers);
        const d = await bench.parked(numbers.answers);
        assert.equal(await bench.client.api(`uuid_transfer ${c} eavesdrop:${b},park inline`), '+OK\n');
        assert.equal(await bench.client.api(`uuid_transfer ${d} eavesdrop:${b} inline`), '+OK\n');
        await bench.client.on(c, 'CHANNEL_UNPARK');
        await bench.client.on(d, 'CHANNEL_UNPARK');
        assert.equal(
          await bench.client.api(
            `uuid_setvar_multi ${c} eavesdrop_whisper_bleg=true;eavesdrop_whisper_aleg=`,
          ),
          '+OK\n',
        );
        assert.equal(await bench.client.api(`uuid_transfer ${c} eavesdrop:${b},park inline`), '+OK\n');
        assert.deepEqual(bench.client.sequence(a, ['CHANNEL_UNBRIDGE']), []);
        await bench.client.api(`uuid_kill ${b}`);
        await nth(bench, c, 'CHANNEL_PARK', 2);
        await bench.client.on(d, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(await bench.client.api(`uuid_exists ${c}`), 'true');
      }),
  },
  {
    name: 'a recording starts and stops with events, is masked without them, and is a stereo WAV of 8 kHz',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const [a] = await bridged(bench, 'RECORD_STEREO=true');
        const path = join(laboratory.recordingDirectory, `${a}.wav`);
        assert.equal(await client.api(`uuid_record ${a} start ${path}`), '+OK Success\n');
        assert.equal((await client.on(a, 'RECORD_START'))['Record-File-Path'], path);
        await new Promise((resolve) => setTimeout(resolve, 700));
        assert.equal(await client.api(`uuid_record ${a} mask ${path}`), '+OK Success\n');
        assert.equal(await client.api(`uuid_record ${a} unmask ${path}`), '+OK Success\n');
        assert.equal(await client.api(`uuid_record ${a} stop ${path}`), '+OK Success\n');
        const stop = await client.on(a, 'RECORD_STOP');
        assert.equal(stop['Record-File-Path'], path);
        assert.equal(stop['Record-Completion-Cause'], 'success-maxtime');
        const wav = readFileSync(path);
        assert.equal(wav.toString('latin1', 0, 4), 'RIFF');
        assert.equal(wav.readUInt16LE(22), 2, 'channels');
        assert.equal(wav.readUInt32LE(24), 8000, 'samples per second');
        assert.ok(wav.length > 44, 'it holds audio');
        assert.equal(await client.api(`uuid_record ${a} stop ${path}`), '-ERR Cannot stop record session!\n');
        assert.equal(
          await client.api(`uuid_record ${a} mask ${path}`),
          '-ERR Cannot mask recording session!\n',
        );
      }),
  },
  {
    name: 'hold and unhold are events with the call state before them',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const [a] = await bridged(bench);
        assert.equal(await client.api(`uuid_hold ${a}`), '+OK Success\n');
        assert.equal((await client.on(a, 'CHANNEL_HOLD'))['Channel-Call-State'], 'HELD');
        assert.equal(await client.api(`uuid_hold off ${a}`), '+OK Success\n');
        assert.equal((await client.on(a, 'CHANNEL_UNHOLD'))['Channel-Call-State'], 'UNHELD');
        assert.equal(await client.api('uuid_hold no-such-channel'), '+OK Success\n');
      }),
  },
  {
    name: 'show channels lists park, then uuid_bridge with the other leg, and nothing once the leg was on hold',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const listed = async (
          uuid: string,
          application: string,
          state = 'CS_',
        ): Promise<Record<string, string>> => {
          // A real switch fills its table a little later.
          for (let i = 0; i < 30; i++) {
            const { rows = [] } = JSON.parse(await client.api('show channels as json')) as {
              rows?: Record<string, string>[];
            };
            const row = rows.find((each) => each['uuid'] === uuid);
            if (row?.['application'] === application && row['state']?.startsWith(state) === true) return row;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          throw new Error(`${uuid} never showed "${application}"`);
        };
        const a = await bench.parked(numbers.answers, 'park_after_bridge=true');
        await listed(a, 'park');
        const b = await bench.parked(numbers.answers);
        await client.api(`uuid_bridge ${a} ${b}`);
        assert.equal((await listed(a, 'uuid_bridge'))['application_data'], b);
        assert.equal((await listed(b, 'uuid_bridge'))['application_data'], a);
        await client.api(`uuid_hold ${a}`);
        await listed(a, '');
        await client.api(`uuid_kill ${b}`);
        await nth(bench, a, 'CHANNEL_PARK', 2);
        await listed(a, '', 'CS_PARK');
      }),
  },
  {
    name: 'uuid_broadcast plays to a parked leg and uuid_break ends it',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const uuid = await bench.parked(numbers.answers);
        await client.api(`uuid_broadcast ${uuid} tone_stream://%(200,0,800)`);
        const done = await client.on(uuid, 'PLAYBACK_STOP');
        assert.equal(done['Playback-Status'], 'done');
        await client.on(uuid, 'PRIVATE_COMMAND');
        await client.api(`uuid_broadcast ${uuid} tone_stream://%(9000,0,800)`);
        await nth(bench, uuid, 'PLAYBACK_START', 2);
        assert.equal(await client.api(`uuid_break ${uuid} all`), '+OK\n');
        await client.event(
          (event) => event['Unique-ID'] === uuid && event['Playback-Status'] === 'break',
          'the broken playback',
        );
        assert.equal(await client.api(`uuid_exists ${uuid}`), 'true');
      }),
  },
  {
    name: 'sounds joined by file_string are played one after the other, and uuid_break ends all of them',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const uuid = await bench.parked(numbers.answers);
        const tone = 'tone_stream://%(300,0,800)';
        const began = Date.now();
        assert.equal(
          await client.api(`uuid_broadcast ${uuid} file_string://${tone}!${tone} aleg`),
          '+OK Message sent\n',
        );
        const done = await client.on(uuid, 'PLAYBACK_STOP');
        assert.equal(done['Playback-Status'], 'done');
        assert.ok(Date.now() - began > 500, 'both were played');
        const long = 'tone_stream://%(9000,0,800)';
        await client.api(`uuid_broadcast ${uuid} file_string://${long}!${long} aleg`);
        await nth(bench, uuid, 'PLAYBACK_START', 2);
        await client.api(`uuid_break ${uuid} all`);
        await client.event(
          (event) => event['Unique-ID'] === uuid && event['Playback-Status'] === 'break',
          'the broken playback',
        );
        // What comes next is heard at once.
        await client.api(`uuid_broadcast ${uuid} ${tone} aleg`);
        await nth(bench, uuid, 'PLAYBACK_STOP', 3);
      }),
  },
  {
    name: 'the timer of a leg is set anew while a sound is played to it, and takes it away from the sound',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const uuid = await bench.parked(numbers.answers);
        await client.api(`uuid_broadcast ${uuid} tone_stream://%(9000,0,800) aleg`);
        await client.on(uuid, 'PLAYBACK_START');
        assert.equal(await client.api(`sched_transfer +30 ${uuid} 8101 XML survival`), '+OK\n');
        assert.match(await client.api(`sched_del ${uuid}`), /^\+OK Deleted: 1/);
        assert.equal(await client.api(`sched_transfer +2 ${uuid} 8102 XML survival`), '+OK\n');
        await nth(bench, uuid, 'CHANNEL_PARK', 2);
        assert.equal(await client.api(`uuid_getvar ${uuid} lab_stays`), 'true');
      }),
  },
  {
    name: 'sendmsg executes applications in order on a parked leg and tells with the given id',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const uuid = await bench.parked(numbers.answers);
        const message = (app: string, arg: string, id: string): string =>
          `sendmsg ${uuid}\ncall-command: execute\nexecute-app-name: ${app}\nexecute-app-arg: ${arg}\nEvent-UUID: ${id}`;
        assert.equal(
          (await client.command(message('set', 'lab_foo=bar baz', 'first'))).headers['Reply-Text'],
          '+OK',
        );
        await client.command(message('playback', 'tone_stream://%(100,0,440)', 'second'));
        const done = await client.event(
          (event) =>
            event['Event-Name'] === 'CHANNEL_EXECUTE_COMPLETE' && event['Application-UUID'] === 'second',
          'the playback',
        );
        assert.equal(done['Application-Response'], 'FILE PLAYED');
        assert.equal(done['variable_lab_foo'], 'bar baz');
        const refused = await client.command('sendmsg nobody\ncall-command: hangup');
        assert.equal(refused.headers['Reply-Text'], '-ERR invalid session id [nobody]');
      }),
  },
  {
    name: 'digits received are events of the leg, digits sent are not',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const uuid = await bench.parked(numbers.answers);
        assert.equal(await client.api(`uuid_send_dtmf ${uuid} 7`), `+OK ${uuid} sent DTMF 7.\n`);
        assert.equal(await client.api(`uuid_recv_dtmf ${uuid} **`), `+OK ${uuid} received DTMF **.\n`);
        await nth(bench, uuid, 'DTMF', 2);
        const digits = client.events.filter(
          (event) => event['Event-Name'] === 'DTMF' && event['Unique-ID'] === uuid,
        );
        assert.deepEqual(
          digits.map((event) => event['DTMF-Digit']),
          ['*', '*'],
        );
        assert.equal(digits[0]?.['DTMF-Source'], 'APP');
        assert.ok(
          !Object.keys(digits[0] ?? {}).some((name) => name.startsWith('variable_')),
          'no variables on DTMF',
        );
      }),
  },
  {
    name: 'digits sent on a bridged leg go to its far end: nobody here is told of them, and the bridge stays',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const [a, b] = await bridged(bench);
        assert.equal(await client.api(`uuid_send_dtmf ${a} 12*#`), `+OK ${a} sent DTMF 12*#.\n`);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        for (const leg of [a, b]) {
          assert.deepEqual(client.sequence(leg, ['DTMF', 'CHANNEL_UNBRIDGE']), []);
          assert.equal(await client.api(`uuid_exists ${leg}`), 'true');
        }
      }),
  },
];

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { laboratoryNumbers as numbers } from './laboratory-configuration.ts';
import { withClient } from './laboratory.ts';
import type { Scenario } from './laboratory.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface CallRecord {
  readonly variables: Readonly<Record<string, string>>;
  readonly channel_data: Readonly<Record<string, string>>;
  readonly callflow: readonly { readonly times: Readonly<Record<string, string>> }[];
}

/** What keeps working, or is left behind, without the software that drives the switch. */
export const survivalScenarios: readonly Scenario[] = [
  {
    name: 'a timer set on answer sends the call to the message when nobody cancels it, up to a second early',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        void bench.originate(
          uuid,
          numbers.answers,
          "execute_on_answer='sched_transfer +2 8100 XML survival'",
        );
        await bench.client.on(uuid, 'CHANNEL_ANSWER');
        const answered = Date.now();
        await bench.client.on(uuid, 'CHANNEL_UNPARK');
        const after = Date.now() - answered;
        assert.ok(after > 900 && after < 2700, `fired after ${after} ms`);
        const complete = await bench.client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(complete['variable_lab_survival'], 'true');
        assert.equal(complete['Hangup-Cause'], 'NORMAL_CLEARING');
      }),
  },
  {
    name: 'sched_del by the channel id cancels that timer, once',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        void bench.originate(
          uuid,
          numbers.answers,
          "execute_on_answer='sched_transfer +2 8100 XML survival'",
        );
        await bench.client.on(uuid, 'CHANNEL_PARK');
        assert.equal(await bench.client.api(`sched_del ${uuid}`), '+OK Deleted: 1\n');
        assert.equal(await bench.client.api(`sched_del ${uuid}`), '+OK Deleted: 0\n');
        await wait(2500);
        assert.deepEqual(bench.client.sequence(uuid, ['CHANNEL_UNPARK']), []);
      }),
  },
  {
    name: 'sched_hangup ends a call with its cause',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = await bench.parked(numbers.answers);
        assert.equal(await bench.client.api(`sched_hangup +1 ${uuid} ALLOTTED_TIMEOUT`), '+OK\n');
        const hangup = await bench.client.on(uuid, 'CHANNEL_HANGUP', 3000);
        assert.equal(hangup['Hangup-Cause'], 'ALLOTTED_TIMEOUT');
      }),
  },
  {
    name: 'hupall with a variable ends only the legs that carry it',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const idle = await bench.parked(numbers.answers, 'lab_marked=yes');
        const busy = await bench.parked(numbers.answers, 'lab_marked=no');
        assert.equal(
          await bench.client.api('hupall NORMAL_CLEARING lab_marked yes'),
          '+OK hangup all channels matching [lab_marked]=[yes] with cause: NORMAL_CLEARING\n',
        );
        await bench.client.on(idle, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(await bench.client.api(`uuid_exists ${idle}`), 'false');
        assert.equal(await bench.client.api(`uuid_exists ${busy}`), 'true');
      }),
  },
  {
    name: 'the dialplan itself frees idle legs by expanding ${hupall(…)}',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const idle = await bench.parked(numbers.answers, 'lab_idle=1');
        const caller = bench.leg();
        void bench.originate(caller, numbers.answers, '', '8101 XML survival');
        await bench.client.on(idle, 'CHANNEL_HANGUP_COMPLETE');
        const complete = await bench.client.on(caller, 'CHANNEL_HANGUP_COMPLETE');
        assert.match(
          complete['variable_lab_freed'] ?? '',
          /^\+OK hangup all channels matching \[lab_idle\]=\[1\]/,
        );
      }),
  },
  {
    name: 'each leg leaves a call record on disk with its custom variables and times in µs',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = await bench.parked(numbers.answers, 'lab_call=C-1');
        await bench.client.api(`uuid_kill ${uuid}`);
        await bench.client.on(uuid, 'CHANNEL_DESTROY');
        const path = join(laboratory.cdrDirectory, `${uuid}.cdr.json`);
        for (let i = 0; i < 20 && !existsSync(path); i++) await wait(100);
        const record = JSON.parse(readFileSync(path, 'utf8')) as CallRecord;
        assert.equal(record.variables['uuid'], uuid);
        assert.equal(record.variables['lab_call'], 'C-1');
        assert.equal(record.variables['hangup_cause'], 'NORMAL_CLEARING');
        assert.equal(record.variables['proto_specific_hangup_cause'], undefined);
        assert.equal(record.channel_data['direction'], 'outbound');
        const times = record.callflow[0]?.times ?? {};
        assert.match(times['created_time'] ?? '', /^\d{16}$/);
        assert.ok(Number(times['answered_time']) > Number(times['created_time']));
        assert.ok(Number(times['hangup_time']) >= Number(times['answered_time']));
      }),
  },
  {
    name: 'a good document is reloaded, a broken one is refused in an answer that begins with +OK and changes nothing',
    exclusive: true,
    run: (laboratory) =>
      withClient(laboratory, async ({ client }) => {
        const good = readFileSync(laboratory.configurationFile, 'utf8');
        try {
          writeFileSync(laboratory.configurationFile, good.replace('id="1002"', 'id="1005"'));
          assert.equal(await client.api('reloadxml'), '+OK [Success]\n');
          assert.equal(await client.api('user_exists id 1005 branch.test'), 'true');
          writeFileSync(laboratory.configurationFile, good.replace('</domain>', ''));
          const refused = await client.api('reloadxml');
          assert.match(refused, /^\+OK \[\[error near line \d+\]: /);
          assert.equal(await client.api('user_exists id 1005 branch.test'), 'true');
        } finally {
          writeFileSync(laboratory.configurationFile, good);
        }
        assert.equal(await client.api('reloadxml'), '+OK [Success]\n');
        assert.equal(await client.api('user_exists id 1005 branch.test'), 'false');
      }),
  },
  {
    name: 'show channels has rows when there are channels and no rows member when there are none',
    exclusive: true,
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        await client.api('hupall');
        for (let i = 0; i < 30 && (await client.api('show channels as json')).includes('rows'); i++)
          await wait(100);
        assert.equal(await client.api('show channels as json'), '{"row_count": 0}\n');
        assert.equal(await client.api('show channels count as json'), '{"row_count":0,"rows":[]}');
        assert.equal(await client.api('show calls as json'), '{"row_count": 0}\n');
        assert.equal(await client.api('show channels'), '\n0 total.\n');
        const uuid = await bench.parked(numbers.answers);
        let row: Record<string, string> | undefined;
        for (let i = 0; i < 20 && row?.['callstate'] !== 'ACTIVE'; i++) {
          const shown = JSON.parse(await client.api('show channels as json')) as {
            rows?: Record<string, string>[];
          };
          row = shown.rows?.find((each) => each['uuid'] === uuid);
          await wait(100);
        }
        assert.equal(Object.keys(row ?? {}).length, 38);
        assert.equal(row?.['direction'], 'outbound');
        assert.equal(row?.['name'], `sofia/trunk/${numbers.answers}`);
        assert.equal(row?.['state'], 'CS_EXECUTE');
        assert.equal(row?.['call_uuid'], uuid);
      }),
  },
];

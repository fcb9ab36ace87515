import assert from 'node:assert/strict';
import { EslClient } from './esl-client.ts';
import { withClient } from './laboratory.ts';
import type { Scenario } from './laboratory.ts';

const nobody = '00000000-0000-0000-0000-000000000000';
const usage = {
  uuid_setvar: '-USAGE: <uuid> <var> [value]\n',
  uuid_getvar: '-USAGE: <uuid> <var>\n',
  uuid_kill: '-USAGE: <uuid> [cause]\n',
  uuid_bridge: '-USAGE: <uuid> <other_uuid>\n',
  uuid_transfer: '-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n',
  uuid_record: '-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n',
  uuid_break: '-USAGE: <uuid> [all]\n',
  uuid_broadcast: '-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n',
  uuid_send_dtmf: '-USAGE: <uuid> <dtmf_data>\n',
  uuid_dump: '-USAGE: <uuid> [format]\n',
  sched_hangup: '-USAGE: [+]<time> <uuid> [<cause>]\n',
  sched_del: '+OK Deleted: 0\n',
  uuid_exists: 'false',
  global_setvar: '-USAGE: <var>=<value> [=<value2>]\n',
};

/** Answers that need no call. */
const answers: Readonly<Record<string, string>> = {
  [`uuid_exists ${nobody}`]: 'false',
  [`uuid_kill ${nobody}`]: '-ERR No such channel!\n',
  [`uuid_bridge ${nobody} ${nobody}`]: '-ERR Invalid uuid\n',
  [`uuid_transfer ${nobody} 1`]: '-ERR No such channel!\n',
  [`uuid_park ${nobody}`]: '-ERR No such channel!\n',
  [`uuid_break ${nobody}`]: '-ERR No such channel!\n',
  [`uuid_broadcast ${nobody} x`]: '-ERR invalid uuid\n',
  [`uuid_record ${nobody} start /tmp/x.wav`]: '-ERR Cannot locate session!\n',
  [`uuid_setvar ${nobody} a b`]: '-ERR No such channel!\n',
  [`uuid_setvar_multi ${nobody} a=b`]:
    '-ERR No such channel!\n-USAGE: <uuid> <var>=<value>;<var>=<value>...\n',
  [`uuid_getvar ${nobody} a`]: '-ERR No such channel!\n',
  [`uuid_dump ${nobody} json`]: '-ERR No such channel!\n',
  [`uuid_send_dtmf ${nobody} 1`]: '-ERR Cannot locate session!\n',
  [`uuid_answer ${nobody}`]: '-ERROR\n',
  [`uuid_buglist ${nobody}`]: '-ERR no reply\n',
  [`sched_transfer +5 ${nobody} 1`]: '-ERR No such channel!\n',
  [`sched_hangup +5 ${nobody}`]: '-ERR No such channel!\n',
  'nosuchapi x': '-ERR nosuchapi Command not found!\n',
  'module_exists mod_sofia': 'true',
  'module_exists mod_nope': 'false',
  'user_exists id 1001 branch.test': 'true',
  'user_exists id 1999 branch.test': 'false',
  'sofia_contact nobody@branch.test': 'error/user_not_registered',
  'sofia status gateway nogw': 'Invalid Gateway!\n',
  'sofia xmlstatus gateway nogw': 'Invalid Gateway!\n',
  'sofia status profile nope': 'Invalid Profile!\n',
  'sofia profile nope rescan': 'Invalid Profile [nope]',
  'sofia profile trunk killgw nogw': '-ERR no such gateway.\n',
  'sofia profile trunk rescan': 'Reload XML [Success]\n+OK scan complete\n',
  reloadacl: '+OK acl reloaded\n',
  reloadcert: '+OK cert reload event sent\n',
  'global_setvar lab=1': '+OK',
  'global_getvar lab': '1',
  'global_getvar lab_nope': '-ERR no reply\n',
  'fsctl max_sessions': '+OK max sessions: 1000\n',
  'fsctl sps': '+OK sessions per second: 100\n',
  'acl 127.0.0.1 loopback.auto': 'true',
  'expr 1+2': '3',
  'md5 a': '0cc175b9c0f1b6a831c399e269772661',
  'url_encode 你好': '%E4%BD%A0%E5%A5%BD',
  'domain_exists branch.test': 'true',
  'user_data 1001@branch.test var user_context': 'agents',
  'hash insert/lab/k/v': '+OK\n',
  'hash select/lab/k': 'v',
};

/** What the event socket itself answers. */
const commands: Readonly<Record<string, string>> = {
  'event json': '-ERR no keywords supplied',
  'event plain NOSUCHEVENT': '-ERR no keywords supplied',
  'event json CHANNEL_ANSWER CUSTOM sofia::register': '+OK event listener enabled json',
  filter: '-ERR command not found',
  'filter x': '-ERR invalid syntax',
  'filter Unique-ID 1': '+OK filter added. [Unique-ID]=[1]',
  'filter delete Unique-ID 1': '+OK filter deleted. [Unique-ID][1]',
  'filter delete all': '+OK filter deleted. [all][]',
  'nixevent CHANNEL_ANSWER': '+OK events nixed',
  noevents: '+OK no longer listening for events',
  linger: '-ERR not controlling a session',
  'divert_events on': '-ERR not controlling a session.',
  'getvar x': '-ERR command not found',
  api: '-ERR command not found',
  bogus: '-ERR command not found',
  'log 7': '+OK log level 7 [7]',
  nolog: '+OK no longer logging',
  'userauth a:b': '-ERR command not found',
};

/** What is said, to the letter. */
export const replyScenarios: readonly Scenario[] = [
  {
    name: 'commands answer to the letter when there is no such channel, user, gateway or argument',
    run: (laboratory) =>
      withClient(laboratory, async ({ client }) => {
        const got: Record<string, string> = {};
        for (const line of Object.keys(answers)) got[line] = await client.api(line);
        assert.deepEqual(got, answers);
        const told: Record<string, string> = {};
        for (const name of Object.keys(usage)) told[name] = await client.api(name);
        assert.deepEqual(told, usage);
      }),
  },
  {
    name: 'the event socket answers its own commands to the letter',
    run: (laboratory) =>
      withClient(laboratory, async ({ client }) => {
        const got: Record<string, string> = {};
        for (const line of Object.keys(commands))
          got[line] = (await client.command(line)).headers['Reply-Text'] ?? '';
        assert.deepEqual(got, commands);
      }),
  },
  {
    name: 'variables of a channel are set, read, joined and removed; an unset one reads _undef_',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = await bench.parked('13900000001');
        const { client } = bench;
        assert.equal(await client.api(`uuid_setvar ${uuid} lab_a x y z`), '+OK\n');
        assert.equal(await client.api(`uuid_getvar ${uuid} lab_a`), 'x y z');
        assert.equal(await client.api(`uuid_setvar_multi ${uuid} lab_a=1;lab_b=2`), '+OK\n');
        assert.equal(await client.api(`uuid_getvar ${uuid} lab_b`), '2');
        assert.equal(await client.api(`uuid_setvar ${uuid} lab_b`), '+OK\n');
        assert.equal(await client.api(`uuid_getvar ${uuid} lab_b`), '_undef_');
        assert.equal(await client.api(`uuid_getvar ${uuid} billsec`), '_undef_');
        const dump = JSON.parse(await client.api(`uuid_dump ${uuid} json`)) as Record<string, string>;
        assert.equal(dump['Event-Name'], 'CHANNEL_DATA');
        assert.equal(dump['variable_lab_a'], '1');
      }),
  },
  {
    name: 'a wrong password is refused with a goodbye, and nothing works before authentication',
    run: async (laboratory) => {
      const client = await EslClient.open(laboratory.eslPort);
      await client.until(() => client.frames.length > 0, 'the greeting');
      assert.equal((await client.command('api status')).headers['Reply-Text'], '-ERR command not found');
      assert.equal((await client.command('auth wrong')).headers['Reply-Text'], '-ERR invalid');
      await client.until(() => client.closed, 'the close');
      assert.equal(client.frames.at(-1)?.headers['Content-Type'], 'text/disconnect-notice');
      assert.equal(client.frames.at(-1)?.headers['Content-Length'], '67');
    },
  },
];

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { laboratoryNumbers as numbers } from './laboratory-configuration.ts';
import { withClient } from './laboratory.ts';
import type { Scenario } from './laboratory.ts';

const life = [
  'CHANNEL_OUTGOING',
  'CHANNEL_CREATE',
  'CHANNEL_ORIGINATE',
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_ANSWER',
  'CALL_UPDATE',
  'CHANNEL_PARK',
  'CHANNEL_HANGUP',
  'CHANNEL_HANGUP_COMPLETE',
  'CHANNEL_DESTROY',
];
const begun = ['CHANNEL_OUTGOING', 'CHANNEL_CREATE', 'CHANNEL_ORIGINATE'];
const ended = ['CHANNEL_HANGUP', 'CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY'];

/** What originate does with each kind of far end. */
export const originateScenarios: readonly Scenario[] = [
  {
    name: 'an answered call rings, is answered, swaps its caller id, reports +OK and parks',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        const job = bench.originate(
          uuid,
          numbers.answers,
          "origination_caller_id_number=4001,lab_custom='a b'",
        );
        assert.equal(await job, `+OK ${uuid}\n`);
        await bench.client.on(uuid, 'CHANNEL_PARK');
        assert.deepEqual(bench.client.sequence(uuid, life), [
          ...begun,
          'CHANNEL_PROGRESS',
          'CHANNEL_ANSWER',
          'CALL_UPDATE',
          'CHANNEL_PARK',
        ]);
        const answer = await bench.client.on(uuid, 'CHANNEL_ANSWER');
        assert.equal(answer['Answer-State'], 'answered');
        assert.equal(answer['Channel-Call-State'], 'RINGING');
        assert.equal(answer['Caller-Caller-ID-Number'], '4001');
        const update = await bench.client.on(uuid, 'CALL_UPDATE');
        assert.equal(update['Caller-Caller-ID-Number'], numbers.answers);
        assert.equal(update['Caller-Callee-ID-Number'], '4001');
        assert.equal(update['Caller-Orig-Caller-ID-Number'], '4001');
        assert.equal(update['variable_channel_cid_flipped'], 'yes');
        assert.equal(update['variable_lab_custom'], 'a b');
      }),
  },
  {
    name: 'a busy number fails with USER_BUSY, 486 and Q.850 17',
    run: failsWith(numbers.busy, 'USER_BUSY', '486', '17'),
  },
  {
    name: 'a rejected call fails with CALL_REJECTED, 603 and Q.850 21',
    run: failsWith(numbers.rejects, 'CALL_REJECTED', '603', '21'),
  },
  {
    name: 'an unanswered call ends by originate_timeout, up to a second early',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        const began = Date.now();
        const job = bench.originate(uuid, numbers.rings, 'originate_timeout=3');
        assert.equal(await job, '-ERR NO_ANSWER\n');
        const waited = Date.now() - began;
        assert.ok(waited > 1900 && waited < 3600, `took ${waited} ms`);
        const complete = await bench.client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(complete['variable_sip_hangup_disposition'], 'send_cancel');
        assert.equal(complete['variable_hangup_cause_q850'], '19');
      }),
  },
  {
    name: 'an announcement before a 404 is early media, never an answer',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        const job = bench.originate(uuid, numbers.deadNumber, 'ignore_early_media=true');
        assert.equal(await job, '-ERR UNALLOCATED_NUMBER\n');
        await bench.client.on(uuid, 'CHANNEL_DESTROY');
        assert.deepEqual(bench.client.sequence(uuid, life), [...begun, 'CHANNEL_PROGRESS_MEDIA', ...ended]);
        const complete = await bench.client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(complete['variable_billsec'], '0');
        assert.equal(complete['variable_proto_specific_hangup_cause'], 'sip:404');
      }),
  },
  {
    name: 'early media that is not ignored reports +OK while Answer-State is early, and the answer comes later',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        const job = bench.originate(uuid, numbers.earlyThenAnswers);
        assert.equal(await job, `+OK ${uuid}\n`);
        const parked = await bench.client.on(uuid, 'CHANNEL_PARK');
        assert.equal(parked['Answer-State'], 'early');
        assert.equal(parked['Channel-Call-State'], 'EARLY');
        const answer = await bench.client.on(uuid, 'CHANNEL_ANSWER');
        assert.equal(answer['Answer-State'], 'answered');
      }),
  },
  {
    name: 'an unknown gateway fails at once and only CHANNEL_DESTROY tells of the leg',
    run: (laboratory) =>
      withClient(laboratory, async ({ client }) => {
        const uuid = randomUUID();
        const job = client.background(`originate {origination_uuid=${uuid}}sofia/gateway/nogw/1 &park()`);
        assert.equal(await job, '-ERR INVALID_GATEWAY\n');
        await client.on(uuid, 'CHANNEL_DESTROY');
        assert.deepEqual(client.sequence(uuid, life), ['CHANNEL_DESTROY']);
      }),
  },
  {
    name: 'a user who is registered answers; one who is not, and one who is not in the directory, fail differently',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        const target = `originate {origination_uuid=${uuid}}user/1001@branch.test &park()`;
        assert.equal(await bench.client.background(target), `+OK ${uuid}\n`);
        const results = [
          'user/1002@branch.test',
          'user/1003@branch.test',
          'error/USER_BUSY',
          'sofia/nope/1@127.0.0.1',
        ];
        const answers: string[] = [];
        for (const each of results) answers.push(await bench.client.api(`originate ${each} &park()`));
        assert.deepEqual(answers, [
          '-ERR USER_NOT_REGISTERED\n',
          '-ERR SUBSCRIBER_ABSENT\n',
          '-ERR USER_BUSY\n',
          '-ERR INVALID_PROFILE\n',
        ]);
      }),
  },
  {
    name: 'quotes keep a blank together but not a comma, a backslash or a chosen separator does',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const [uuid, other] = [bench.leg(), bench.leg()];
        await bench.originate(uuid, numbers.answers, "a='p q',b='p,q',c=p\\,q,d=it\\'s");
        const values: string[] = [];
        for (const name of 'abcd') values.push(await client.api(`uuid_getvar ${uuid} ${name}`));
        assert.deepEqual(values, ['p q', 'p', 'p,q', "it's"]);
        const gateway = `sofia/gateway/carrier/${numbers.answers}`;
        await client.background(`originate {^^:origination_uuid=${other}:a=p,q}${gateway} &park()`);
        assert.equal(await client.api(`uuid_getvar ${other} a`), 'p,q');
        const broken = await client.background(`originate {a=p q}${gateway} &park()`);
        assert.equal(broken, '-ERR DESTINATION_OUT_OF_ORDER\n');
      }),
  },
  {
    name: 'of two legs rung at once the first answer wins and the other loses the race',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [loser, winner] = [bench.leg(), bench.leg()];
        const gateway = 'sofia/gateway/carrier/';
        const job = bench.client.background(
          `originate [origination_uuid=${loser}]${gateway}${numbers.rings},[origination_uuid=${winner}]${gateway}${numbers.answers} &park()`,
        );
        assert.equal(await job, `+OK ${winner}\n`);
        const complete = await bench.client.on(loser, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(complete['Hangup-Cause'], 'LOSE_RACE');
      }),
  },
  {
    name: 'alternatives are tried in turn',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [first, second] = [bench.leg(), bench.leg()];
        const gateway = 'sofia/gateway/carrier/';
        const job = bench.client.background(
          `originate [origination_uuid=${first}]${gateway}${numbers.busy}|[origination_uuid=${second}]${gateway}${numbers.answers} &park()`,
        );
        assert.equal(await job, `+OK ${second}\n`);
        assert.equal((await bench.client.on(first, 'CHANNEL_HANGUP'))['Hangup-Cause'], 'USER_BUSY');
      }),
  },
  {
    name: 'a far end that hangs up ends the parked leg with recv_bye',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const uuid = bench.leg();
        assert.equal(await bench.originate(uuid, numbers.answersAndLeaves), `+OK ${uuid}\n`);
        const complete = await bench.client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(complete['variable_sip_hangup_disposition'], 'recv_bye');
        assert.equal(complete['Hangup-Cause'], 'NORMAL_CLEARING');
        assert.equal(complete['variable_endpoint_disposition'], 'ANSWER');
        await bench.client.on(uuid, 'CHANNEL_DESTROY');
        const interest = [
          'CHANNEL_HANGUP',
          'CHANNEL_UNPARK',
          'CHANNEL_EXECUTE_COMPLETE',
          'CHANNEL_HANGUP_COMPLETE',
          'CHANNEL_DESTROY',
        ];
        assert.deepEqual(bench.client.sequence(uuid, interest), interest);
      }),
  },
  {
    name: 'an answered call can be sent to an extension of a context, and a missing extension ends it',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const [stays, lost] = [bench.leg(), bench.leg()];
        void bench.originate(stays, numbers.answers, '', '8102 XML survival');
        void bench.originate(lost, numbers.answers, '', '9999 XML survival');
        await bench.client.on(stays, 'CHANNEL_PARK');
        assert.equal(await bench.client.api(`uuid_getvar ${stays} lab_stays`), 'true');
        assert.equal((await bench.client.on(lost, 'CHANNEL_HANGUP'))['Hangup-Cause'], 'NO_ROUTE_DESTINATION');
      }),
  },
];

function failsWith(number: string, cause: string, status: string, q850: string): Scenario['run'] {
  return (laboratory) =>
    withClient(laboratory, async (bench) => {
      const uuid = bench.leg();
      const job = bench.originate(uuid, number);
      assert.equal(await job, `-ERR ${cause}\n`);
      await bench.client.on(uuid, 'CHANNEL_DESTROY');
      assert.deepEqual(bench.client.sequence(uuid, life), [...begun, 'CHANNEL_PROGRESS', ...ended]);
      const complete = await bench.client.on(uuid, 'CHANNEL_HANGUP_COMPLETE');
      assert.equal(complete['Hangup-Cause'], cause);
      assert.equal(complete['variable_hangup_cause_q850'], q850);
      assert.equal(complete['variable_sip_term_status'], status);
      assert.equal(complete['variable_sip_invite_failure_status'], status);
      assert.equal(complete['variable_proto_specific_hangup_cause'], `sip:${status}`);
      assert.equal(complete['variable_sip_hangup_disposition'], 'recv_refuse');
      assert.equal(complete['variable_sip_gateway_name'], 'carrier');
      assert.equal(complete['variable_answer_epoch'], '0');
    });
}

import assert from 'node:assert/strict';
import type { EslEvent } from './esl-client.ts';
import { laboratoryNumbers as numbers } from './laboratory-configuration.ts';
import { withClient, type Bench, type Scenario } from './laboratory.ts';

interface Guest {
  /** The leg that calls, and what its originate said in the end. */
  readonly caller: string;
  readonly result: Promise<string>;
  /** The event with which the leg that came in was parked. */
  readonly parked: EslEvent;
}

/** A call from one profile to another, as between two boxes: it rings there, parked, and is not answered. */
async function comes({ client }: Bench, caller: string): Promise<Guest> {
  const trunk = /URL\s+sip:mod_sofia@(\S+)/.exec(await client.api('sofia status profile trunk'))?.[1] ?? '';
  const result = client.background(
    `originate {origination_uuid=${caller},origination_caller_id_number=${callerId(caller)},sip_h_X-Lab=${caller}}sofia/carrier/8004@${trunk} &park()`,
  );
  const parked = await client.event(
    (event) => event['Event-Name'] === 'CHANNEL_PARK' && event['variable_lab_header'] === caller,
    'the call that came in being parked',
  );
  return { caller, result, parked };
}

/** Digits of its own for each caller. */
function callerId(leg: string): string {
  return leg.replaceAll(/\D/g, '').slice(0, 10);
}

/** What a call that came in does before somebody answers it. */
export const inboundScenarios: readonly Scenario[] = [
  {
    name: 'a call that came in rings while it is parked, shows its header and where it is from, and talks once it is answered by order',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const { caller, result, parked } = await comes(bench, bench.leg());
        const own = parked['Unique-ID'] ?? '';
        assert.equal(parked['Answer-State'], 'ringing');
        assert.equal(parked['Caller-Network-Addr'], '127.0.0.1');
        assert.equal(parked['Caller-Caller-ID-Number'], callerId(caller));
        assert.deepEqual(client.sequence(caller, ['CHANNEL_ANSWER']), []);
        assert.equal(await client.api(`uuid_answer ${own}`), '+OK\n');
        await client.on(own, 'CHANNEL_ANSWER');
        assert.equal(await result, `+OK ${caller}\n`);
        const agent = await bench.parked(numbers.answers);
        assert.equal(await client.api(`uuid_bridge ${own} ${agent}`), `+OK ${agent}\n`);
        await client.on(own, 'CHANNEL_BRIDGE');
        assert.equal(await client.api(`uuid_kill ${caller}`), '+OK\n');
        const end = await client.on(own, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(end['variable_sip_hangup_disposition'], 'recv_bye');
      }),
  },
  {
    name: 'a call that came in and is parked ends when its caller gives up, and its caller hears when it is turned away',
    run: (laboratory) =>
      withClient(laboratory, async (bench) => {
        const { client } = bench;
        const first = await comes(bench, bench.leg());
        const own = first.parked['Unique-ID'] ?? '';
        assert.equal(await client.api(`uuid_kill ${first.caller} ORIGINATOR_CANCEL`), '+OK\n');
        const given = await client.on(own, 'CHANNEL_HANGUP_COMPLETE');
        assert.equal(given['Hangup-Cause'], 'ORIGINATOR_CANCEL');
        assert.equal(given['variable_sip_hangup_disposition'], 'recv_cancel');
        const second = await comes(bench, bench.leg());
        assert.equal(await client.api(`uuid_kill ${second.parked['Unique-ID']} CALL_REJECTED`), '+OK\n');
        assert.match(await second.result, /^-ERR CALL_REJECTED/);
        const third = await comes(bench, bench.leg());
        assert.equal(await client.api(`uuid_kill ${third.parked['Unique-ID']} NO_ANSWER`), '+OK\n');
        assert.match(await third.result, /^-ERR /);
        const { 'Hangup-Cause': cause } = await client.on(third.caller, 'CHANNEL_HANGUP_COMPLETE');
        assert.ok(cause === 'NO_ANSWER' || cause === 'NO_USER_RESPONSE', cause);
      }),
  },
];

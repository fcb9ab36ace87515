import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EslClient } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';
import type { VirtualLaboratory } from './contract/virtual-laboratory.ts';
import { hunt } from './switch/dialplan.ts';
import type { Action } from './switch/dialplan.ts';
import { parseDialString } from './switch/dial-string.ts';
import { parseXml } from './switch/xml-tree.ts';

/** Hunts a context as a call to `number` would; `${name}` expands to `<name>`. */
function hunted(
  body: string,
  number: string,
  at = '2026-01-05T10:30:00Z',
): { actions: string[]; inline: string[] } {
  const inline: string[] = [];
  const text = (action: Action): string => `${action.application} ${action.data}`.trim();
  const { actions } = hunt(parseXml(`<context name="c">${body}</context>`), {
    field: (name) =>
      name === 'destination_number' ? number : name === 'caller_id_number' ? '139' : undefined,
    expand: (value) => value.replaceAll(/\$\{(\w+)\}/g, '<$1>'),
    inline: (action) => inline.push(text(action)),
    now: new Date(at),
  });
  return { actions: actions.map(text), inline };
}

describe('the dialplan interpreter', () => {
  it('takes the first extension that matches and puts captures into its arguments', () => {
    const body = `<extension name="a"><condition field="destination_number" expression="^9(\\d+)$"><action application="bridge" data="sofia/gateway/g/$1"/></condition></extension>
      <extension name="b"><condition field="destination_number" expression=".*"><action application="hangup"/></condition></extension>`;
    expect(hunted(body, '9123').actions).toEqual(['bridge sofia/gateway/g/123']);
    expect(hunted(body, '8123').actions).toEqual(['hangup']);
  });

  it('goes on after an extension that says continue, and runs inline actions while matching', () => {
    const body = `<extension name="a" continue="true"><condition><action application="set" data="x=1" inline="true"/><action application="log"/></condition></extension>
      <extension name="b"><condition field="\${x}" expression="^&lt;x&gt;$"><action application="answer"/></condition></extension>`;
    expect(hunted(body, '1')).toEqual({ actions: ['log', 'answer'], inline: ['set x=1'] });
  });

  it('needs every condition, unless break says otherwise, and has anti-actions for the ones that fail', () => {
    const two = (policy: string): string =>
      `<extension name="a"><condition field="destination_number" expression="^1$" break="${policy}"><action application="one"/><anti-action application="none"/></condition><condition field="caller_id_number" expression="^139$"><action application="two"/></condition></extension>`;
    expect(hunted(two('on-false'), '1').actions).toEqual(['one', 'two']);
    expect(hunted(two('on-false'), '2').actions).toEqual(['none']);
    expect(hunted(two('never'), '2').actions).toEqual(['none', 'two']);
    expect(hunted(two('on-true'), '1').actions).toEqual(['one']);
    expect(hunted(two('always'), '1').actions).toEqual(['one']);
  });

  it('looks at the hour and the day of the week', () => {
    const body = `<extension name="a"><condition wday="2-6" hour="9-17"><action application="open"/><anti-action application="closed"/></condition></extension>`;
    expect(hunted(body, '1', '2026-01-05T10:30:00Z').actions).toEqual(['open']);
    expect(hunted(body, '1', '2026-01-05T20:30:00Z').actions).toEqual(['closed']);
    expect(hunted(body, '1', '2026-01-04T10:30:00Z').actions).toEqual(['closed']);
  });

  it('never matches an expression that cannot be compiled', () => {
    const body = `<extension name="a"><condition field="destination_number" expression="(("><action application="answer"/></condition></extension>`;
    expect(hunted(body, '1').actions).toEqual([]);
  });
});

describe('a dial string', () => {
  it('knows variables for all legs and for one, legs at once and alternatives', () => {
    const parsed = parseDialString(`{a=1,b='x,y'}[c=2]sofia/gateway/g/1,user/2|error/USER_BUSY`);
    expect([...parsed.variables]).toEqual([
      ['a', '1'],
      ['b', 'x,y'],
    ]);
    expect(parsed.alternatives.map((legs) => legs.map((leg) => leg.endpoint))).toEqual([
      ['sofia/gateway/g/1', 'user/2'],
      ['error/USER_BUSY'],
    ]);
    expect([...(parsed.alternatives[0]?.[0]?.variables ?? [])]).toEqual([['c', '2']]);
  });

  it('takes another separator, and an unclosed bracket makes it malformed', () => {
    expect([...parseDialString('{^^:a=1,2:b=3}user/1').variables]).toEqual([
      ['a', '1,2'],
      ['b', '3'],
    ]);
    expect(parseDialString('{a=1 user/1').malformed).toBe(true);
  });
});

describe('inbound calls without anybody who drives the switch', () => {
  let laboratory: VirtualLaboratory;
  let client: EslClient;
  beforeEach(async () => {
    laboratory = await openVirtualLaboratory();
    client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  });
  afterEach(async () => {
    client.close();
    await laboratory.close();
  });

  const call = (did: string): ReturnType<VirtualLaboratory['owner']['inbound']> =>
    laboratory.owner.inbound({ gateway: 'carrier', did, callerId: '13911112222' });

  it('a call rings, is answered and parks with what the dialplan set', async () => {
    const caller = call('8001');
    const parked = await client.on(caller.channel, 'CHANNEL_PARK');
    expect(parked['variable_lab_did']).toBe('8001');
    expect(parked['Caller-Context']).toBe('inbound');
    expect(parked['Caller-Caller-ID-Number']).toBe('13911112222');
    expect(
      client.sequence(caller.channel, [
        'CHANNEL_CREATE',
        'CHANNEL_PROGRESS',
        'CHANNEL_PROGRESS_MEDIA',
        'CHANNEL_ANSWER',
        'CHANNEL_PARK',
      ]),
    ).toEqual([
      'CHANNEL_CREATE',
      'CHANNEL_PROGRESS',
      'CHANNEL_PROGRESS_MEDIA',
      'CHANNEL_ANSWER',
      'CHANNEL_PARK',
    ]);
    expect(caller.state).toBe('answered');
    caller.hangUp();
    const complete = await client.on(caller.channel, 'CHANNEL_HANGUP_COMPLETE');
    expect(complete['variable_sip_hangup_disposition']).toBe('recv_bye');
  });

  it('a busy first destination lets the call go on to the desk phone, and a hang-up there ends it', async () => {
    const caller = call('8002');
    const bridge = await client.on(caller.channel, 'CHANNEL_BRIDGE');
    expect(bridge['variable_lab_second']).toBe('USER_BUSY');
    expect(bridge['variable_originate_disposition']).toBe('SUCCESS');
    const phone = laboratory.owner.phone('1001');
    expect(phone.call?.bridgedTo).toBe(caller.channel);
    expect(phone.call?.number).toBe('13911112222');
    phone.hangUp();
    const complete = await client.on(caller.channel, 'CHANNEL_HANGUP_COMPLETE');
    expect(complete['variable_bridge_hangup_cause']).toBe('NORMAL_CLEARING');
    expect(complete['variable_sip_hangup_disposition']).toBe('send_bye');
    expect(caller.state).toBe('over');
  });

  it('a call nobody takes hears the message after the timer', async () => {
    const caller = call('8003');
    await client.on(caller.channel, 'CHANNEL_DESTROY');
    expect(caller.heard).toEqual(['tone_stream://%(500,0,440)']);
    expect(caller.cause).toBe('NORMAL_CLEARING');
  });

  it('a number the dialplan does not know is refused with NO_ROUTE_DESTINATION', async () => {
    const caller = call('9999');
    const complete = await client.on(caller.channel, 'CHANNEL_HANGUP_COMPLETE');
    expect(complete['Hangup-Cause']).toBe('NO_ROUTE_DESTINATION');
    expect(complete['variable_sip_hangup_disposition']).toBe('send_refuse');
  });

  it('a phone that dials parks in its context and passes its keys on to whom it is bridged', async () => {
    const phone = laboratory.owner.phone('1001');
    const own = phone.dial('*11');
    await client.on(own.channel, 'CHANNEL_PARK');
    expect(own.state).toBe('up');
    const caller = call('8001');
    await client.on(caller.channel, 'CHANNEL_PARK');
    await client.api(`uuid_bridge ${own.channel} ${caller.channel}`);
    await client.on(own.channel, 'CHANNEL_BRIDGE');
    phone.sendDtmf('5');
    const digit = await client.on(own.channel, 'DTMF');
    expect([digit['DTMF-Digit'], digit['DTMF-Source']]).toEqual(['5', 'RTP']);
    expect(caller.digits).toEqual(['5']);
    expect(() => phone.dial('1')).toThrow('already in a call');
  });

  it('a phone that is asked to answers by itself, a second call hears busy', async () => {
    const phone = laboratory.owner.phone('1001');
    phone.policy = { kind: 'ignore' };
    const target = 'user/1001@branch.test &park()';
    expect(await client.api(`originate {origination_uuid=a,sip_auto_answer=true}${target}`)).toBe('+OK a\n');
    expect(await client.api(`originate ${target}`)).toBe('-ERR USER_BUSY\n');
    phone.hangUp();
    await client.on('a', 'CHANNEL_DESTROY');
    phone.policy = { kind: 'decline' };
    expect(await client.api(`originate ${target}`)).toBe('-ERR CALL_REJECTED\n');
  });
});

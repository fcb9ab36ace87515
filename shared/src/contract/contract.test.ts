import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { asyncApiDocument } from './asyncapi.ts';
import { controllerSubscriptions, mayPublish, maySubscribe, mosquittoAcl, subscriptionsOf } from './acl.ts';
import { applyMergePatch, makeMergePatch } from './merge-patch.ts';
import { channelNames, channels, controllerTopic, maxPayloadBytes, parseTopic, topicOf } from './topics.ts';
import { decodePayload, encodePayload, findProblem } from './validate.ts';
import { EventRow } from './records.ts';
import { idSource } from '../ids.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('asyncapi.yaml says what the table says', async () => {
  const file = await readFile(join(import.meta.dirname, '../../../docs/asyncapi.yaml'), 'utf8');
  expect(parse(file)).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
});

test('every topic is read back as what it was written for', () => {
  for (const name of channelNames) {
    if (name === 'controller') continue;
    const topic = topicOf(name, 'north-1', 'call');
    expect(parseTopic(topic)).toEqual({
      channel: name,
      edge: 'north-1',
      ...(name === 'out' && { stream: 'call' }),
    });
  }
  for (const topic of [
    'bl/v1/north-1',
    'bl/v2/north-1/state',
    'bl/v1/controller/lease',
    '$SYS/x',
    'bl/v1/NORTH/state',
    'bl/v1/a/out/',
    'bl/v1/a/out/x/y',
  ])
    expect(parseTopic(topic)).toBeUndefined();
});

test('an edge speaks and hears for itself alone', () => {
  for (const name of channelNames) {
    if (name === 'controller') continue;
    const up = channels[name].direction === 'up';
    const own = topicOf(name, 'north-1', 'call');
    const other = topicOf(name, 'south-1', 'call');
    expect([mayPublish('north-1', own), maySubscribe('north-1', own)]).toEqual([up, !up]);
    expect([mayPublish('north-1', other), maySubscribe('north-1', other)]).toEqual([false, false]);
  }
  expect(mayPublish('north-1', controllerTopic)).toBe(false);
  for (const filter of ['#', 'bl/v1/#', 'bl/v1/+/lease', 'bl/v1/north-1/+'])
    expect(maySubscribe('north-1', filter)).toBe(false);
  expect(subscriptionsOf('north-1').every((filter) => maySubscribe('north-1', filter))).toBe(true);
  expect(controllerSubscriptions()).toContain('bl/v1/+/out/+');
});

test('the broker’s ACL file has a line for each direction of each topic', () => {
  const acl = mosquittoAcl();
  expect(acl).toContain('pattern write bl/v1/%u/out/+');
  expect(acl).toContain('pattern read bl/v1/%u/lease');
  expect(acl.split('\n').filter((line) => line.startsWith('pattern'))).toHaveLength(channelNames.length);
});

test.each([
  ['no JSON', bytes('{"online":'), 'BL_CONTRACT_PAYLOAD'],
  ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x7b), 'BL_CONTRACT_PAYLOAD'],
  ['a wrong type', bytes('{"online":"yes","epoch":"x","at":1}'), 'BL_CONTRACT_PAYLOAD'],
  [
    'an unknown key',
    bytes(`{"online":true,"epoch":"${idSource()()}","at":1,"extra":1}`),
    'BL_CONTRACT_PAYLOAD',
  ],
  ['too much', new Uint8Array(maxPayloadBytes + 1), 'BL_CONTRACT_TOO_LARGE'],
])('a payload with %s is refused with its code', (_, payload, code) => {
  expect(() => decodePayload('controller', controllerTopic, payload)).toThrow(
    expect.objectContaining({ code }),
  );
});

test('no bytes whatever make the decoder fail otherwise', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...channelNames),
      fc.oneof(fc.uint8Array(), fc.json().map(bytes)),
      (name, payload) => {
        try {
          decodePayload(name, 'bl/v1/x/y', payload);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BL_CONTRACT_PAYLOAD' });
        }
      },
    ),
  );
});

test('what does not fit is not sent', () => {
  expect(() => encodePayload('controller', controllerTopic, { online: true, epoch: 'x', at: 1 })).toThrow(
    expect.objectContaining({ code: 'BL_CONTRACT_PAYLOAD' }),
  );
});

test('the problem of a variant names the deepest place', () => {
  const row = {
    seq: 1,
    at: 1,
    clock: 'trusted',
    id: idSource()(),
    type: 'disposition',
    call: 'no id',
    agent: 'a',
    code: 'x',
    by: 'phone',
  };
  expect(findProblem(EventRow, row)).toMatchObject({ place: '/call' });
});

test('a merge patch turns one state into the other, and is absent when they are equal', () => {
  const value: fc.Arbitrary<Record<string, unknown>> = fc.object({
    maxDepth: 3,
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    values: [fc.integer(), fc.string(), fc.boolean()],
  });
  fc.assert(
    fc.property(value, value, (before, after) => {
      const patch = makeMergePatch(before, after);
      expect(applyMergePatch(before, patch ?? {})).toEqual(after);
      expect(makeMergePatch(after, after)).toBeUndefined();
    }),
  );
});

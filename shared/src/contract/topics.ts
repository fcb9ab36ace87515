import type { Static, TSchema } from 'typebox';
import { Answer, Ask, Command, CommandResult, Guest } from './commands.ts';
import { Desired, Reported } from './desired.ts';
import { Lease, Revoke } from './lease.ts';
import { Ack, ControllerState, EdgeState, Inventory, Live, OutboxBatch } from './presence.ts';

/** Version of the contract; a breaking change starts `bl/v2`. */
export const contractVersion = 1;

/** Largest payload, bytes. Everything bigger goes over HTTPS. */
export const maxPayloadBytes = 128 * 1024;

export interface Channel {
  /** `up`: edge → controller; `down`: controller → edge; `announce`: controller → every edge. */
  readonly direction: 'up' | 'down' | 'announce';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Path below `bl/v1/<edge>/` (`announce`: below `bl/v1/`); `{stream}` stands for a stream name. */
  readonly path: string;
  readonly payload: TSchema;
  readonly summary: string;
}

/** The one table of MQTT topics. Types, validators, the broker's ACL and asyncapi.yaml come from it. */
export const channels = {
  state: {
    direction: 'up',
    qos: 1,
    retain: true,
    path: 'state',
    payload: EdgeState,
    summary: 'Birth, and by the will the death, of an edge session',
  },
  inventory: {
    direction: 'up',
    qos: 1,
    retain: true,
    path: 'inventory',
    payload: Inventory,
    summary: 'What the box found of itself',
  },
  live: {
    direction: 'up',
    qos: 0,
    retain: false,
    path: 'live',
    payload: Live,
    summary: 'State of the branch, at most once a second',
  },
  out: {
    direction: 'up',
    qos: 1,
    retain: false,
    path: 'out/{stream}',
    payload: OutboxBatch,
    summary: 'Batch of outbox rows of one stream',
  },
  ack: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'ack',
    payload: Ack,
    summary: 'What the controller has committed, or wants again',
  },
  lease: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'lease',
    payload: Lease,
    summary: 'Leads lent to the edge',
  },
  revoke: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'revoke',
    payload: Revoke,
    summary: 'Leads taken back',
  },
  desired: {
    direction: 'down',
    qos: 1,
    retain: true,
    path: 'desired',
    payload: Desired,
    summary: 'Desired document of the edge',
  },
  reported: {
    direction: 'up',
    qos: 1,
    retain: true,
    path: 'reported',
    payload: Reported,
    summary: 'What the edge made of the desired document',
  },
  command: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'command',
    payload: Command,
    summary: 'Order to do something once',
  },
  result: {
    direction: 'up',
    qos: 1,
    retain: false,
    path: 'result',
    payload: CommandResult,
    summary: 'What became of a command',
  },
  ask: {
    direction: 'up',
    qos: 1,
    retain: false,
    path: 'ask',
    payload: Ask,
    summary: 'Question of the branch',
  },
  answer: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'answer',
    payload: Answer,
    summary: 'Answer to a question',
  },
  guest: {
    direction: 'down',
    qos: 1,
    retain: false,
    path: 'guest',
    payload: Guest,
    summary: 'A caller of another site is on the way',
  },
  controller: {
    direction: 'announce',
    qos: 1,
    retain: true,
    path: 'controller/state',
    payload: ControllerState,
    summary: 'The controller is there, and its lease epoch',
  },
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof channels;
export type Payload<C extends ChannelName> = Static<(typeof channels)[C]['payload']>;
export const channelNames = Object.keys(channels) as readonly ChannelName[];

const root = 'bl/v1';

/** The topic of a channel for one edge; `out` needs the stream. */
export function topicOf(channel: Exclude<ChannelName, 'controller'>, edge: string, stream?: string): string {
  const path: string = channels[channel].path;
  return `${root}/${edge}/${path.replace('{stream}', stream ?? '+')}`;
}

/** Topic of the controller's own state. */
export const controllerTopic = `${root}/${channels.controller.path}`;

/** A topic taken apart. */
export interface ParsedTopic {
  readonly channel: ChannelName;
  /** Absent for the controller's own state. */
  readonly edge?: string;
  readonly stream?: string;
}

/** Reads a topic of the contract; undefined for any other. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  if (topic === controllerTopic) return { channel: 'controller' };
  const match = /^bl\/v1\/([a-z0-9-]{1,40})\/(.+)$/.exec(topic);
  const edge = match?.[1];
  const rest = match?.[2];
  if (!edge || !rest || edge === 'controller') return undefined;
  const stream = /^out\/([a-z]+)$/.exec(rest)?.[1];
  if (stream) return { channel: 'out', edge, stream };
  const channel = channelNames.find(
    (name) => name !== 'out' && name !== 'controller' && channels[name].path === rest,
  );
  return channel && { channel, edge };
}

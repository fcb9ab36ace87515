import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import {
  closed,
  Count,
  Instant,
  Label,
  LineKind,
  LiveSnapshot,
  Name,
  oneOf,
  DeskPhone,
  SiteAddress,
} from '@branchline/shared';

/** Addresses of sockets end at 107 bytes (`sun_path`). */
const longestPath = 107;

/**
 * Where a running edge is asked by whoever is on the box: a socket in its home that only its own account opens. A home whose
 * path is too long for the address of a socket has it in the folder for temporary files.
 */
export function doorPath(home: string): string {
  const path = join(resolve(home), 'edge.sock');
  if (Buffer.byteLength(path) <= longestPath) return path;
  const short = createHash('sha256').update(path).digest('hex').slice(0, 24);
  return join(tmpdir(), `branchline-${short}.sock`);
}

/** What an edge tells the person who stands before it. */
export const DoorStatus = closed({
  edge: Name,
  at: Instant,
  firmware: Label,
  /** Version of the desired document in force; 0 before the first. */
  configuration: Count,
  site: closed({ name: Label, zone: Label, gsm: Type.Boolean() }),
  uplink: closed({ up: Type.Boolean(), url: Type.String() }),
  switch: closed({ up: Type.Boolean(), version: Type.String() }),
  /** Where calls of other sites come in, and whether they can; absent: no overlay is planned. */
  overlay: Type.Optional(closed({ up: Type.Boolean(), address: SiteAddress })),
  live: LiveSnapshot,
  lines: Type.Array(
    closed({
      id: Name,
      kind: LineKind,
      enabled: Type.Boolean(),
      /** SIP kinds: where the carrier or gateway is. */
      proxy: Type.Optional(Type.String()),
      registers: Type.Boolean(),
      /** False for a modem without a voice device. */
      takesCalls: Type.Boolean(),
      emergency: Type.Boolean(),
    }),
  ),
  phones: closed({ registered: Count, all: Count }),
});
export type DoorStatus = Static<typeof DoorStatus>;

/** Desk phones that the box sets up: the address is typed into each once ("server path"). */
export const DoorPhones = Type.Array(
  closed({ extension: Label, ...DeskPhone.properties, url: Type.String() }),
);
export type DoorPhones = Static<typeof DoorPhones>;

/** What came of a test call. */
export const TestCallResult = closed({
  line: Name,
  number: Type.String(),
  outcome: oneOf(['heard', 'silent', 'not-answered', 'refused']),
  /** What the network said, or why it was not placed. */
  reason: Label,
  /** ms from the originate to the first sign of ringing, and to the answer. */
  ringingMs: Type.Optional(Count),
  answeredMs: Type.Optional(Count),
  /** Level of our own tone as it came back, dB below full scale. */
  levelDb: Type.Optional(Type.Number()),
});
export type TestCallResult = Static<typeof TestCallResult>;

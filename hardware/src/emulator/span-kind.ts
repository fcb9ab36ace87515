import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BranchlineError } from '@branchline/shared';
import type { SpanKind } from '../span/index.ts';
import type { Emulation, Kind } from './kind.ts';
import { integer, isOn } from './options.ts';
import { serveFtdm, SpanBox, SpanDirectory, type EmulatedSpan } from './span/index.ts';

type Verb = (span: EmulatedSpan, rest: readonly string[], box: SpanBox) => void;

const refuse = (problem: string): never => {
  throw new BranchlineError('BL_EMULATOR_COMMAND', { problem });
};

/** Verb of the control channel → what it takes, what it does. Those of the driver and of FreeTDM are for all spans of the box. */
const verbs: Readonly<Record<string, readonly [takes: string, act: Verb]>> = {
  'pull-cable': ['', (span) => span.fail('red')],
  'far-end-alarm': ['', (span) => span.fail('yellow')],
  ais: ['', (span) => span.fail('blue')],
  loop: ['', (span) => span.fail('loop')],
  recover: ['', (span) => span.recover()],
  noise: ['[off]', (span, [on]) => span.setNoise(isOn(on))],
  'wrong-timing': ['[off]', (span, [on]) => span.setWrongTiming(isOn(on))],
  'd-channel-down': ['[off]', (span, [on]) => span.setDChannel(!isOn(on))],
  'bad-channel': [
    'TIMESLOT|off',
    (span, [slot]) => span.calls.setBadSlot(isOn(slot) ? integer(slot, 1, 31) : undefined),
  ],
  'all-busy': ['[off]', (span, [on]) => span.calls.setAllBusy(isOn(on))],
  restart: ['', (span) => span.calls.restart()],
  dial: [
    'NUMBER',
    (span, [number = '']) => {
      const answer = span.dial(number);
      if (typeof answer === 'number') refuse(`the dial is refused with cause ${answer}`);
    },
  ],
  ring: ['FROM', (span, [from = '13900139000']) => span.callIn(from) ?? refuse('no channel is free')],
  'reload-driver': ['', (_span, _rest, box) => box.reload()],
  driver: ['[off]', (_span, [on], box) => box.setDriver(isOn(on))],
  'half-files': ['[off]', (_span, [on], box) => box.setHalved(isOn(on))],
  'hang-freetdm': ['[off]', (_span, [on], box) => (box.faults.mute = isOn(on))],
};

/** E1 and T1 spans of one box: a folder with the files of their driver and a socket `ftdm.sock` that answers `ftdm …`. */
export const spanKind: Kind = {
  name: 'span',
  help: [
    'span --count N (1–8, default 1) --kind e1|t1 (default e1) --dir DIR (default: a temporary one)',
    ...Object.entries(verbs).map(([verb, [takes]]) => `${verb} s1${takes && ` ${takes}`}`),
  ],
  async start(options, { world, seed, announce }) {
    const { count, kind, dir } = readOptions(options);
    const path = dir ?? mkdtempSync(join(tmpdir(), 'branchline-spans-'));
    const box = SpanBox.of(world, Array<SpanKind>(count).fill(kind), seed);
    const directory = new SpanDirectory(path, box);
    const socket = await serveFtdm(join(path, 'ftdm.sock'), box);
    box.start();
    for (const { id } of box.spans) announce(`span ${id} ${path}`);
    return emulation(box, async () => {
      box.stop();
      directory.stop();
      await socket.stop();
      if (dir === undefined) rmSync(path, { recursive: true, force: true });
    });
  },
};

function readOptions(options: readonly string[]): { count: number; kind: SpanKind; dir?: string } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...options], options: { count: text, kind: text, dir: text } });
  const { kind = 'e1', dir } = values;
  if (kind !== 'e1' && kind !== 't1') return refuse(`a span is an e1 or a t1, not "${kind}"`);
  return { count: integer(values.count ?? '1', 1, 8), kind, ...(dir !== undefined && { dir }) };
}

function emulation(box: SpanBox, stop: () => Promise<void>): Emulation {
  return {
    control(verb, device, rest) {
      const span = box.spans.find(({ id }) => id === device);
      if (!span || !Object.hasOwn(verbs, verb)) return undefined;
      verbs[verb]![1](span, rest, box);
      return `${verb} ${device}`;
    },
    stop,
  };
}

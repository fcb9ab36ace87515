// Hardware that is not there: `npm run emulate -- modem --count 4`. Prints one line per device, then `ready`; takes commands
// for faults on its standard input and on a control socket; ends with SIGTERM, Ctrl-C or its parent.
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { BranchlineError, scaledClock } from '@branchline/shared';
import { lastWords, onShutdown } from '@branchline/shared/node';
import { control } from './control.ts';
import type { Emulation, Kind } from './kind.ts';
import { dinstarKind } from './dinstar-kind.ts';
import { goipKind } from './goip-kind.ts';
import { eachLine } from './lines.ts';
import { modemKind } from './modem-kind.ts';
import { spanKind } from './span-kind.ts';
import { World } from './world/index.ts';

const kinds: readonly Kind[] = [modemKind, goipKind, dinstarKind, spanKind];

interface Options {
  readonly seed: number;
  /** Emulated seconds per real second. */
  readonly speed: number;
  /** Path of a UNIX socket that takes the same lines as the standard input. */
  readonly control?: string;
  /** Each kind with its own options: all of them share one world. */
  readonly groups: readonly { readonly kind: Kind; readonly options: readonly string[] }[];
}

const usage = [
  'npm run emulate -- KIND [options] [KIND [options] …] [--seed N] [--speed N] [--control SOCKET]',
  ...kinds.flatMap(({ help }) => help.slice(0, 1)),
].join('\n  ');

function readArguments(args: readonly string[]): Options {
  const common = new Map<string, string>();
  const groups: { kind: Kind; options: string[] }[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const kind = kinds.find(({ name }) => name === word);
    const name = /^--(seed|speed|control)$/.exec(word)?.[1];
    const group = groups.at(-1);
    if (kind) groups.push({ kind, options: [] });
    else if (name !== undefined) common.set(name, args[++i] ?? '');
    else if (group) group.options.push(...(word.startsWith('--') ? [word, args[++i] ?? ''] : [word]));
    else
      throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `there is no kind "${word}"\n  ${usage}` });
  }
  const seed = Number(common.get('seed') ?? 1);
  const speed = Number(common.get('speed') ?? 1);
  if (groups.length === 0)
    throw new BranchlineError('BL_EMULATOR_COMMAND', { problem: `no kind is named\n  ${usage}` });
  if (!Number.isInteger(seed) || !(speed > 0 && speed <= 1000))
    throw new BranchlineError('BL_EMULATOR_COMMAND', {
      problem: '--seed is an integer, --speed is above 0 and at most 1000',
    });
  const socket = common.get('control');
  return { seed, speed, groups, ...(socket !== undefined && { control: socket }) };
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes('--help')) return void process.stdout.write(`${usage}\n`);
  const options = readArguments(words);
  const now = Date.now();
  const world = new World({
    clock: scaledClock({ speed: options.speed, real: now, business: now }),
    seed: options.seed,
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const running: Emulation[] = [];
  const stop = async (): Promise<void> => {
    world.stop();
    await Promise.all(running.map((emulation) => emulation.stop()));
    if (options.control !== undefined) rmSync(options.control, { force: true });
  };
  onShutdown(stop);
  // Whoever reads our lines is gone: so are we.
  process.stdout.on('error', () => process.exit(0));
  for (const { kind, options: own } of options.groups)
    running.push(await kind.start(own, { world, seed: options.seed, announce: say }));
  const obey = (line: string): string => control(line, world, running, kinds);
  createInterface({ input: process.stdin }).on('line', (line) => line.trim() && say(obey(line)));
  if (options.control !== undefined) await listen(options.control, obey);
  say('ready');
}

function listen(path: string, obey: (line: string) => string): Promise<void> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    eachLine(socket, (line) => line.trim() && socket.write(`${obey(line)}\n`));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exit(2);
});

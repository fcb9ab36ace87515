import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BranchlineError, ManualClock } from '@branchline/shared';
import * as dinstar from './dinstar/requests.ts';
import * as goip from './goip/commands.ts';
import { GoipChannel } from './goip/goip-channel.ts';

/** Writes an identity or a number, forwards or hides calls, or sets any other thing of a gateway. */
const forbidden =
  /\bset_(?!port_info)\w+|action["']?\s*[:=]\s*["']?(imei|number|slot|CallForward)|param=|\bCF \d|CallForward|\*31#|#31#|svr_reboot_dev|hide_num/i;

/** Every maker of a line or a request, with arguments of all kinds. */
const tries: readonly unknown[][] = [
  [1],
  [77, 'secret'],
  [77, true, 'secret'],
  [77, 'secret', '*100#'],
  ['STATE', '1'],
  [[0, 1]],
  [0, true],
  [0, '13900139000', 'text', 7],
  [0, '13900139000', 7],
  [0, ['13900139000']],
  [0, '*100#'],
];

const made = [...Object.values(goip), ...Object.values(dinstar)].map((make) => {
  const lines = tries.flatMap((args) => {
    try {
      return [JSON.stringify((make as (...args: unknown[]) => unknown)(...args))];
    } catch {
      return [];
    }
  });
  if (lines.length === 0) throw new Error(`no arguments are known for ${make.name}`);
  return lines;
});

test('nothing that is said to a gateway changes an identity, a number or a forwarding', () => {
  expect(made.length).toBeGreaterThan(20);
  for (const line of made.flat()) expect(line).not.toMatch(forbidden);
});

test('no other place of the clients makes a line or a request', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  expect(sources.length).toBeGreaterThan(15);
  for (const file of sources) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8').replaceAll(
      /\/\*[\s\S]*?\*\/|\/\/.*/g,
      '',
    );
    expect([file, source.match(forbidden)?.[0]]).toEqual([file, undefined]);
    if (!/(goip.commands|dinstar.requests)\.ts$/.test(file))
      expect([file, /as (GoipCommand|DinstarRequest)\b|\/api\//.exec(source)?.[0]]).toEqual([
        file,
        undefined,
      ]);
  }
});

test('no argument ends a line or begins another', () => {
  for (const password of ['a b', 'a\nDONE 1', '', 'ü'])
    expect(() => goip.rebootModule(1, password)).toThrow(BranchlineError);
  const channel = { id: 'g1', password: 'a b' };
  expect(() => new GoipChannel(channel, new ManualClock())).toThrow(BranchlineError);
  expect(() => goip.ussd(1, 'secret', '*100# x')).toThrow(BranchlineError);
  for (const code of ['*31#139', '#31#', '*1"00'])
    expect(() => dinstar.sendUssd(0, code)).toThrow(BranchlineError);
  expect(goip.rebootModule(1, 'secret').shown).not.toContain('secret');
});

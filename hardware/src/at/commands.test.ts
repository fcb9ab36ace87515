import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import * as commands from './commands.ts';
import type { AtCommand } from './commands.ts';

/** Writes an IMEI, hides or sets a caller ID, forwards calls, rearranges USB ports. */
const forbidden =
  /EGMR|SIMEI|CLIR|COLR|CCFC|\^CFPL|\*31#|#31#|\^SETPORT|QCFG="usbcfg|QCFG="usbid|\+CNUM=|\+CPBW|NVWR|\^NVWR|\+CGSN=|\+GSN=|QNVW|QNVFW|\^IMEI|\^PHYNUM|\+MODIMEI/i;

/** Every builder with arguments of its own kind. */
const built: readonly AtCommand[] = Object.values(commands).flatMap((entry): AtCommand[] => {
  if (typeof entry !== 'function') return [entry];
  const tries: readonly unknown[][] = [
    ['13900139000'],
    ['1234'],
    ['CREG'],
    [1, '5'],
    [true],
    ['SM'],
    ['+CCID'],
    [25, '00'.repeat(20)],
    ['5'],
    [3],
  ];
  const made = tries.flatMap((args) => {
    try {
      const command = (entry as (...args: unknown[]) => AtCommand | undefined)(...args);
      return command ? [command] : [];
    } catch {
      return [];
    }
  });
  if (made.length === 0) throw new Error(`no arguments are known for ${entry.name}`);
  return made;
});

test('nothing in the list of commands changes an identity or hides the caller', () => {
  expect(built.length).toBeGreaterThan(50);
  for (const { text, body } of built) expect(`${text} ${body ?? ''}`).not.toMatch(forbidden);
});

test('no other place of the drivers makes a command', () => {
  const root = join(import.meta.dirname, '..');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('emulator'),
  );
  expect(sources.length).toBeGreaterThan(25);
  for (const file of sources) {
    const source = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect([file, source.match(forbidden)?.[0]]).toEqual([file, undefined]);
    if (file !== join('at', 'commands.ts'))
      expect([file, /as AtCommand\b|['"`]AT[+^DA]/.exec(source)?.[0]]).toEqual([file, undefined]);
  }
});

test('no argument can end a command or begin another', () => {
  const builders = [
    commands.dial,
    commands.enterPin,
    commands.tone,
    commands.ussd,
    (pdu: string) => commands.sendMessage(20, pdu),
  ];
  fc.assert(
    fc.property(fc.constantFrom(...builders), fc.string({ unit: 'binary' }), (build, argument) => {
      try {
        const { text, body } = build(argument);
        for (const end of '\r\n\0\x1A\x1B') expect(`${text}${body ?? ''}`).not.toContain(end);
        expect(text.match(/;/g)?.length ?? 0).toBe(text.startsWith('ATD') ? 1 : 0);
        expect(text.match(/"/g)?.length ?? 0).toBe(/="|=1,"/.test(text) ? 2 : 0);
      } catch (error) {
        expect(error).toBeInstanceOf(BranchlineError);
      }
    }),
  );
  for (const bad of ['139;+CLIR=1', '139"', '*31#139', '+86 139', 'ABC'])
    expect(() => commands.dial(bad)).toThrow(BranchlineError);
});

test('a PIN is not shown', () => {
  expect(commands.enterPin('4711').shown).not.toContain('4711');
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '@branchline/shared/node';
import { ModAmd } from './mod-amd.ts';

const folder = mkdtempSync(join(tmpdir(), 'mod-amd-'));
afterEach(() => rmSync(join(folder, 'mod_amd.so'), { force: true }));

/** A switch whose `load` works or not. */
function host(loads: boolean, loaded = false) {
  const asked: string[] = [];
  return {
    asked,
    control(command: string): Promise<string> {
      asked.push(command);
      if (command === 'load mod_amd') loaded = loads;
      const replies: Record<string, string> = {
        'module_exists mod_amd': String(loaded),
        'global_getvar mod_dir': folder,
        'load mod_amd': loads
          ? '+OK Reloading XML\n+OK\n'
          : '+OK Reloading XML\n-ERR [module load file routine returned an error]\n',
      };
      return Promise.resolve(replies[command] ?? '-ERR');
    },
  };
}

test('a module that is loaded is used, one beside the others is loaded, one that is nowhere is not asked for', async () => {
  const loaded = new ModAmd(host(false, true), silentLog);
  await loaded.find();
  expect(loaded.present).toBe(true);

  const nowhere = host(true);
  const without = new ModAmd(nowhere, silentLog);
  await without.find();
  expect(without.present).toBe(false);
  expect(nowhere.asked).not.toContain('load mod_amd');

  writeFileSync(join(folder, 'mod_amd.so'), '');
  const beside = new ModAmd(host(true), silentLog);
  await beside.find();
  expect(beside.present).toBe(true);
});

test('a module that does not load, or a switch that does not answer, is none', async () => {
  writeFileSync(join(folder, 'mod_amd.so'), '');
  const broken = new ModAmd(host(false), silentLog);
  await broken.find();
  expect(broken.present).toBe(false);
  const silent = new ModAmd({ control: () => Promise.reject(new Error('the link is down')) }, silentLog);
  await silent.find();
  expect(silent.present).toBe(false);
});

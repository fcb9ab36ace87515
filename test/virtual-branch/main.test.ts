import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BranchOptionsError, parseBranchOptions } from './branch-options.ts';
import { EslClient } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';

describe('a virtual branch as a process', () => {
  let directory: string;
  let child: ChildProcess | undefined;
  let output: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'virtual-branch-'));
    output = '';
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  function start(...args: string[]): ChildProcess {
    const process = fork(new URL('main.ts', import.meta.url), ['--config', directory, ...args], {
      silent: true,
    });
    process.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()));
    process.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child = process;
    return process;
  }

  const exit = (process: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => process.once('exit', (code) => resolve(code)));

  it('waits for its configuration, serves, lets its agents log in, and ends when its parent goes', async () => {
    const laboratory = await openVirtualLaboratory();
    const document = readFileSync(laboratory.configurationFile, 'utf8');
    await laboratory.close();
    const process = start(
      '--seed',
      '7',
      '--agents',
      '[{"extension":"1001","mode":"nailed"}]',
      '--scale',
      JSON.stringify({ speed: 20, real: Date.now(), business: Date.now() }),
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(output).toBe('');
    writeFileSync(join(directory, 'freeswitch.xml'), document);
    await expect.poll(() => output, { timeout: 5000 }).toContain('"ready":true');
    const { eslPort } = JSON.parse(output) as { eslPort: number };
    const client = await EslClient.connect(eslPort, 'laboratory');
    const shown = async (): Promise<string> => client.api('show channels as json');
    await expect.poll(shown, { timeout: 5000 }).toContain('"dest":"*11"');
    client.close();
    const gone = exit(process);
    process.disconnect();
    expect(await gone).toBe(0);
  });

  it('says what is wrong with its command line and ends', async () => {
    const process = start('--agents', '[{"extension":"1001","mode":"asleep"}]');
    expect(await exit(process)).toBe(1);
    expect(output).toContain('"nailed"|"ring"');
  });

  it.each([
    [[], '--config DIR is missing'],
    [['--config', 'x', '--seed', 'y'], '--seed must be a number'],
    [['--config', 'x', '--scale', '{"speed":0}'], '--scale must be'],
    [['--config', 'x', '--inbound-per-hour', '5'], 'needs --gateway and --did'],
    [['--config', 'x', '--bogus'], 'bogus'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseBranchOptions(argv, 0)).toThrow(BranchOptionsError);
    expect(() => parseBranchOptions(argv, 0)).toThrow(message);
  });
});

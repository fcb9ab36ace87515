import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EslClient } from './esl-client.ts';
import { laboratoryConfiguration } from './laboratory-configuration.ts';
import type { Laboratory } from './laboratory.ts';

export interface RealLaboratory extends Laboratory {
  close(): Promise<void>;
}

/** The FreeSWITCH named by FREESWITCH_BIN or found on PATH; otherwise why there is none. */
export function findSwitch(): { readonly binary: string } | { readonly missing: string } {
  const named = process.env['FREESWITCH_BIN'];
  if (named !== undefined && named !== '') {
    return existsSync(named) ? { binary: named } : { missing: `FREESWITCH_BIN=${named} does not exist` };
  }
  const found = spawnSync('sh', ['-c', 'command -v freeswitch'], { encoding: 'utf8' }).stdout.trim();
  return found === ''
    ? { missing: 'no freeswitch on PATH and FREESWITCH_BIN is not set' }
    : { binary: found };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}

/** Starts a real switch on loopback in a temporary directory; its second profile plays the carrier and phone 1001. */
export async function openRealLaboratory(binary: string): Promise<RealLaboratory> {
  const directory = mkdtempSync(join(tmpdir(), 'real-switch-'));
  const [eslPort = 0, internalPort = 0, trunkPort = 0, carrierPort = 0] = await freePorts(4);
  const cdrDirectory = join(directory, 'cdr');
  const configurationFile = join(directory, 'conf', 'freeswitch.xml');
  for (const name of ['conf', 'log', 'db', 'run', 'storage', 'cdr', 'recordings'])
    mkdirSync(join(directory, name));
  const password = 'laboratory';
  writeFileSync(
    configurationFile,
    laboratoryConfiguration({
      eslPort,
      password,
      internalPort,
      trunkPort,
      carrierPort,
      rtpPort: 26_000,
      cdrDirectory,
    }),
  );
  const places = ['conf', 'log', 'db', 'run', 'storage', 'recordings'].flatMap((name) => [
    `-${name}`,
    join(directory, name),
  ]);
  const modules = join(dirname(dirname(binary)), 'lib', 'freeswitch', 'mod');
  const child = spawn(
    binary,
    ['-nonat', '-nf', '-nc', ...places, ...(existsSync(modules) ? ['-mod', modules] : [])],
    { stdio: 'ignore', cwd: directory },
  );
  const laboratory: Laboratory = {
    eslPort,
    password,
    configurationFile,
    cdrDirectory,
    recordingDirectory: join(directory, 'recordings'),
  };
  const close = async (): Promise<void> => {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await ready(laboratory, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...laboratory, close };
}

/** Up, and the "phone" has registered. */
async function ready(laboratory: Laboratory, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`freeswitch ended with code ${child.exitCode}`);
    try {
      const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
      const contact = await client.api('sofia_contact 1001@branch.test');
      const gateway = await client.api('sofia status gateway carrier');
      client.close();
      if (contact.startsWith('sofia/') && gateway.includes('UP')) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error('freeswitch was not ready within 60 s');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
  await gone;
  clearTimeout(timer);
}

import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClockScale, EnrolmentView } from '@branchline/shared';
import { hardwarePlaces, type BranchFacts } from './branch-plan.ts';
import { eventually } from './eventually.ts';
import { freePorts } from './free-port.ts';
import { startProgram, type Program } from './processes.ts';

const root = join(import.meta.dirname, '../..');

/** Where a whole call center on one machine keeps its things, and how its business time runs. */
export interface Installation {
  readonly folder: string;
  readonly clock: ClockScale;
  readonly ports: { readonly http: number; readonly edge: number; readonly mqtt: number };
}

/** What a box's settings may differ in. */
export interface EdgeSettings {
  readonly enrolment?: EnrolmentView | undefined;
  /** Back-off towards the controller, real ms. */
  readonly backOff?: { readonly firstMs: number; readonly longestMs: number };
  /** The box has emulated hardware. */
  readonly hardware?: boolean;
}

/** @param other what is different about a further controller: its home below the folder, its ports, its environment */
export function runController(
  installation: Installation,
  other: {
    readonly home?: string;
    readonly ports?: Installation['ports'];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Program {
  const { folder, clock } = installation;
  const { home = 'center', ports = installation.ports, env = {} } = other;
  return startProgram(
    join(root, 'controller/src/main.ts'),
    [
      '--home',
      join(folder, home),
      '--port',
      String(ports.http),
      '--edge-port',
      String(ports.edge),
      '--mqtt-port',
      String(ports.mqtt),
    ],
    join(folder, `log/${home}.log`),
    { BRANCHLINE_CLOCK: JSON.stringify(clock), ...env },
  );
}

/** Writes the box's settings, with free ports for its switch and its agents' page. */
export async function prepareEdge(
  installation: Installation,
  edge: string,
  settings: EdgeSettings = {},
): Promise<{ readonly eventSocketPort: number; readonly deskPort: number }> {
  const { enrolment, backOff, hardware = false } = settings;
  const home = join(installation.folder, edge);
  await mkdir(home, { recursive: true });
  const [eventSocketPort, modemPort, deskPort] = (await freePorts(3)) as [number, number, number];
  const config = {
    edge,
    home,
    firmware: 'demo',
    clock: installation.clock,
    switch: { eventSocketPort, modemPort },
    desk: { host: '127.0.0.1', port: deskPort },
    ...(hardware && {
      spans: {
        proc: join(home, hardwarePlaces.spans, 'proc/dahdi'),
        sys: join(home, hardwarePlaces.spans, 'sys/bus/dahdi_spans/devices'),
      },
    }),
    ...(backOff && { backOff }),
    ...(enrolment && { enrolment: { url: enrolment.url, token: enrolment.token, ca: enrolment.ca } }),
  };
  await writeFile(join(home, 'edge.json'), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  // A switch that starts anew waits for the configuration that the edge is about to write.
  await rm(join(home, 'freeswitch'), { recursive: true, force: true });
  return { eventSocketPort, deskPort };
}

export function runEdge(
  { folder }: Installation,
  edge: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  return startProgram(
    join(root, 'edge/src/main.ts'),
    ['--config', join(folder, edge, 'edge.json')],
    join(folder, `log/${edge}.log`),
    env,
  );
}

/** The emulated hardware of a branch; it is there when the promise resolves. */
export async function runHardware({ folder, clock }: Installation, branch: BranchFacts): Promise<Program> {
  const { spans = 0, modems = 0 } = branch.hardware ?? {};
  const home = join(folder, branch.edge);
  const control = join(home, hardwarePlaces.control);
  await mkdir(join(home, hardwarePlaces.spans), { recursive: true });
  await rm(control, { force: true });
  const program = startProgram(
    join(root, 'hardware/src/emulator/main.ts'),
    [
      ['span', '--count', String(spans), '--dir', join(home, hardwarePlaces.spans)],
      ['modem', '--count', String(modems), '--links', join(home, hardwarePlaces.modems)],
      // Who is called over a span rings and talks in business time; the drivers' own deadlines are real.
      ['--seed', String(branch.seed), '--speed', String(Math.max(1, clock.speed)), '--control', control],
    ].flat(),
    join(folder, `log/${branch.edge}-hardware.log`),
  );
  await eventually('the emulated hardware', () => existsSync(control), 20_000);
  return program;
}

/** The virtual switch of a branch, with the population and the agents behind it. */
export function runPeople({ folder, clock }: Installation, branch: BranchFacts): Program {
  return startProgram(
    join(root, 'test/virtual-branch/main.ts'),
    [
      '--config',
      join(folder, branch.edge, 'freeswitch'),
      '--scale',
      JSON.stringify(clock),
      '--seed',
      String(branch.seed),
      '--agents',
      JSON.stringify(branch.agents.map(({ extension, mode }) => ({ extension, mode }))),
      '--inbound-per-hour',
      String(branch.inboundPerHour),
      '--gateway',
      branch.lines[0]!.id,
      '--did',
      branch.lines[0]!.callerId,
      '--max-wav-seconds',
      '2',
      ...(branch.hardware ? ['--spans', join(folder, branch.edge, hardwarePlaces.spans)] : []),
    ],
    join(folder, `log/${branch.edge}-people.log`),
  );
}

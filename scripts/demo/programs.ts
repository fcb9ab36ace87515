import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnrolmentView } from '@branchline/shared';
import { CenterClient } from '../../test/support/center-client.ts';
import { freePorts } from '../../test/support/free-port.ts';
import { startProgram, type Program } from '../../test/support/processes.ts';
import type { DemoBranch } from './branches.ts';
import type { DemoHome } from './home.ts';

export interface RunningBranch {
  readonly edge: Program;
  /** The virtual switch with the population and the agents behind it. */
  readonly people: Program;
}

/** Starts the controller and signs in. */
export async function startCenter(root: string, home: DemoHome, started: (program: Program) => void) {
  const { state } = home;
  const program = startProgram(
    join(root, 'controller/src/main.ts'),
    [
      '--home',
      join(home.folder, 'center'),
      '--port',
      String(state.ports.http),
      '--edge-port',
      String(state.ports.edge),
      '--mqtt-port',
      String(state.ports.mqtt),
    ],
    join(home.folder, 'log/center.log'),
    { BRANCHLINE_CLOCK: JSON.stringify(state.clock) },
  );
  started(program);
  const ready = await program.ready;
  if (ready['admin']) {
    state.admin = ready['admin'] as { name: string; password: string };
    await home.save();
  }
  if (!state.admin)
    throw new Error(
      `the administrator's password of ${home.folder} is not known; remove the folder to begin anew`,
    );
  const client = new CenterClient(String(ready['http']));
  await client.signIn(state.admin.name, state.admin.password);
  return { program, client, admin: state.admin };
}

/** Starts one branch: the edge first, because the switch waits for the configuration that the edge writes. */
export async function startBranch(
  root: string,
  home: DemoHome,
  branch: DemoBranch,
  enrolment: EnrolmentView | undefined,
): Promise<RunningBranch> {
  const folder = join(home.folder, branch.edge);
  await mkdir(folder, { recursive: true });
  const [eventSocketPort] = await freePorts(1);
  const configFile = join(folder, 'edge.json');
  const config = {
    edge: branch.edge,
    home: folder,
    firmware: 'demo',
    clock: home.state.clock,
    switch: { eventSocketPort },
    ...(enrolment && { enrolment: { url: enrolment.url, token: enrolment.token, ca: enrolment.ca } }),
  };
  await writeFile(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  await rm(join(folder, 'freeswitch'), { recursive: true, force: true });
  const edge = startProgram(
    join(root, 'edge/src/main.ts'),
    ['--config', configFile],
    join(home.folder, `log/${branch.edge}.log`),
  );
  const people = startProgram(
    join(root, 'test/virtual-branch/main.ts'),
    [
      '--config',
      join(folder, 'freeswitch'),
      '--scale',
      JSON.stringify(home.state.clock),
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
    ],
    join(home.folder, `log/${branch.edge}-people.log`),
  );
  try {
    await Promise.all([edge.ready, people.ready]);
  } catch (error) {
    await Promise.all([edge.stop(), people.stop()]);
    throw error;
  }
  return { edge, people };
}

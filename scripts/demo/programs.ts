import type { EnrolmentView } from '@branchline/shared';
import type { BranchFacts } from '../../test/support/branch-plan.ts';
import { CenterClient } from '../../test/support/center-client.ts';
import {
  prepareEdge,
  runController,
  runEdge,
  runHardware,
  runPeople,
  type Installation,
} from '../../test/support/installation.ts';
import type { Program } from '../../test/support/processes.ts';
import type { DemoHome } from './home.ts';

export interface RunningBranch {
  readonly edge: Program;
  /** The virtual switch with the population and the agents behind it. */
  readonly people: Program;
  readonly hardware: Program | undefined;
  readonly deskPort: number;
}

const installationOf = ({ folder, state }: DemoHome): Installation => ({
  folder,
  clock: state.clock,
  ports: state.ports,
});

/** Starts the controller and signs in. */
export async function startCenter(home: DemoHome, started: (program: Program) => void) {
  const { state } = home;
  const program = runController(installationOf(home));
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
  home: DemoHome,
  branch: BranchFacts,
  enrolment: EnrolmentView | undefined,
): Promise<RunningBranch> {
  const installation = installationOf(home);
  const hardware = branch.hardware && (await runHardware(installation, branch));
  const { deskPort } = await prepareEdge(installation, branch.edge, {
    enrolment,
    hardware: hardware !== undefined,
  });
  const edge = runEdge(installation, branch.edge);
  const people = runPeople(installation, branch);
  try {
    await Promise.all([edge.ready, people.ready]);
  } catch (error) {
    await Promise.all([edge.stop(), people.stop(), hardware?.stop()]);
    throw error;
  }
  return { edge, people, hardware, deskPort };
}

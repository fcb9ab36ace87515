import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CenterClient } from './center-client.ts';
import { eventually } from './eventually.ts';
import { startCenterEngines, type CenterEngines } from './external/center-engines.ts';
import { runController, type Installation } from './installation.ts';
import { childOf } from './process-tree.ts';
import type { Program, WatchedPrograms } from './processes.ts';

const run = promisify(execFile);

/** What a controller does that was told nothing else. */
export const everyRole = 'api,ingest,planner';

/** Where a controller listens and what it does. */
export interface ControllerPlace {
  readonly ports: Installation['ports'];
  readonly roles: string;
}

interface Administrator {
  readonly name: string;
  readonly password: string;
}

/** A controller, and its private engines where it has any. */
interface RunningCenter {
  readonly program: Program;
  readonly client: CenterClient;
  /** PostgreSQL's first process. */
  postgres: number;
  clickHouse: number;
}

/** The center of a fleet: one controller with private engines, or several that share engines which are not theirs. */
export class FleetCenter {
  /** Asks a controller that runs. */
  client!: CenterClient;
  readonly #installation: Installation;
  readonly #places: readonly ControllerPlace[];
  readonly #programs: WatchedPrograms;
  readonly #engines: CenterEngines | undefined;
  readonly #running: RunningCenter[] = [];
  #admin: Administrator = { name: '', password: '' };

  private constructor(
    installation: Installation,
    places: readonly ControllerPlace[],
    programs: WatchedPrograms,
    engines: CenterEngines | undefined,
  ) {
    this.#installation = installation;
    this.#places = places;
    this.#programs = programs;
    this.#engines = engines;
  }

  /** Starts a controller at each place; the first one has to have the API. */
  static async start(
    installation: Installation,
    places: readonly ControllerPlace[],
    programs: WatchedPrograms,
  ): Promise<FleetCenter> {
    const home = join(installation.folder, 'center');
    const engines = places.length > 1 ? await startCenterEngines(home) : undefined;
    const center = new FleetCenter(installation, places, programs, engines);
    for (let which = 0; which < places.length; which++) await center.start(which);
    return center;
  }

  /** Where boxes reach the broker. */
  get mqttPort(): number {
    return this.#engines?.mqttPort ?? this.#places[0]!.ports.mqtt;
  }

  async kill(which = 0): Promise<void> {
    const { program } = this.#leave(which);
    await program.kill();
  }

  async stop(which = 0): Promise<void> {
    const { program } = this.#leave(which);
    await program.stop();
  }

  /** Stops a controller's clock and everything else of it, without ending it; or lets it go on. */
  freeze(which: number, frozen: boolean): void {
    const { program } = frozen ? this.#leave(which) : this.#running[which]!;
    program.child.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async start(which = 0): Promise<void> {
    const home = which === 0 ? 'center' : `center-${which + 1}`;
    const { ports, roles } = this.#places[which]!;
    if (which > 0) this.#engines?.share(join(this.#installation.folder, home));
    const program = this.#programs.watch(
      `controller ${which + 1}`,
      runController(this.#installation, {
        home,
        ports,
        env: { ...this.#engines?.env, BRANCHLINE_ROLES: roles },
      }),
    );
    const ready = await program.ready;
    if (ready['admin']) this.#admin = ready['admin'] as Administrator;
    const client = new CenterClient(String(ready['http']));
    if (this.#hasApi(which)) {
      await client.signIn(this.#admin.name, this.#admin.password);
      this.client = client;
    }
    const own = !this.#engines;
    this.#running[which] = {
      program,
      client,
      postgres: own ? await this.#postmaster() : 0,
      clickHouse: own ? this.#chdb(program) : 0,
    };
  }

  /** Lets every controller go on that is frozen, and starts every one that is gone. */
  async wake(): Promise<void> {
    for (const [which, { program }] of this.#running.entries()) {
      if (!program.running) await this.start(which);
      else {
        program.child.kill('SIGCONT');
        this.#programs.expectLife(program);
      }
    }
  }

  /** The API of one of the controllers. */
  clientOf(which: number): CenterClient {
    return this.#running[which]!.client;
  }

  /** Which controller has a duty, by what the controllers say themselves; undefined while none has. */
  async holderOf(duty: string): Promise<number | undefined> {
    for (const [which, { program, client }] of this.#running.entries()) {
      if (!program.running || this.#programs.isExpectedToEnd(program)) continue;
      const metrics = await (await fetch(`${client.url}/metrics`)).text();
      if (metrics.includes(`branchline_duty_held{duty="${duty}"} 1`)) return which;
    }
    return undefined;
  }

  /** A controller is about to be gone; whoever asks the center asks another one from now on. */
  #leave(which: number): RunningCenter {
    const center = this.#running[which]!;
    this.#programs.expectEnd(center.program);
    const other = this.#running.find(
      ({ program }, i) => this.#hasApi(i) && program.running && !this.#programs.isExpectedToEnd(program),
    );
    if (other) this.client = other.client;
    return center;
  }

  #hasApi(which: number): boolean {
    return this.#places[which]!.roles.split(',').includes('api');
  }

  /** Kills PostgreSQL's first process and waits until another one has taken its place. */
  async killPostgres(): Promise<void> {
    const old = this.#first.postgres;
    process.kill(old, 'SIGKILL');
    this.#first.postgres = await eventually(
      'PostgreSQL being started again',
      async () => {
        const pid = await this.#postmaster();
        return pid !== 0 && pid !== old ? pid : undefined;
      },
      60_000,
    );
    await this.#ready();
  }

  /** Kills the process with the ClickHouse engine and waits until another one has taken its place. */
  async killClickHouse(): Promise<void> {
    const old = this.#first.clickHouse;
    process.kill(old, 'SIGKILL');
    this.#first.clickHouse = await eventually(
      'ClickHouse being started again',
      () => {
        const pid = this.#chdb(this.#first.program);
        return pid !== 0 && pid !== old ? pid : undefined;
      },
      60_000,
    );
    await this.#ready();
  }

  /** Copies PostgreSQL's data aside. The controller must be stopped. */
  async backUp(): Promise<void> {
    await run('cp', ['-a', this.#data, `${this.#data}.backup`]);
  }

  /** Puts the copy back. The controller must be stopped. */
  async restoreBackUp(): Promise<void> {
    await rm(this.#data, { recursive: true });
    await run('cp', ['-a', `${this.#data}.backup`, this.#data]);
  }

  /** Somebody else who is signed in as the administrator: a cookie for requests that the client would not make. */
  async cookie(): Promise<string> {
    const response = await fetch(`${this.client.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.#admin),
    });
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  }

  /** Private engines that ended by themselves. */
  async crashed(): Promise<string[]> {
    const { program, postgres, clickHouse } = this.#first;
    if (this.#engines || !program.running) return [];
    const ended: string[] = [];
    if ((await this.#postmaster()) !== postgres) ended.push('PostgreSQL');
    if (this.#chdb(program) !== clickHouse) ended.push('ClickHouse');
    return ended;
  }

  /** Stops the engines that the controllers shared. */
  async stopEngines(): Promise<void> {
    await this.#engines?.stop();
  }

  /** The first controller, whose private engines can be killed. */
  get #first(): RunningCenter {
    return this.#running[0]!;
  }

  async #ready(): Promise<void> {
    await eventually(
      'the center being ready',
      async () => (await fetch(`${this.client.url}/readyz`)).status === 200,
      60_000,
    );
  }

  get #data(): string {
    return join(this.#installation.folder, 'center/postgres/data');
  }

  async #postmaster(): Promise<number> {
    const text = await readFile(join(this.#data, 'postmaster.pid'), 'utf8').catch(() => '');
    return Number(text.split('\n', 1)[0]) || 0;
  }

  #chdb({ child }: Program): number {
    return (child.pid !== undefined && childOf(child.pid, 'clickhouse-child')) || 0;
  }
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { problemOf } from '@branchline/shared';
import type {
  CampaignSummary,
  EnrolmentView,
  ImportView,
  NewCampaign,
  Overview,
  SiteView,
} from '@branchline/shared';
import { planOf, type BranchFacts } from './branch-plan.ts';
import type { CenterClient } from './center-client.ts';
import { eventually } from './eventually.ts';
import { everyRole, FleetCenter } from './fleet-center.ts';
import { leadList, smallBranches } from './fleet-branches.ts';
import { findStuckAgents, proveAtRest, type FleetProof } from './fleet-proof.ts';
import { freePorts } from './free-port.ts';
import { prepareEdge, runEdge, runPeople, type EdgeSettings, type Installation } from './installation.ts';
import { readLedger, type LedgerFacts } from './ledger-proof.ts';
import { LinkProxy } from './link-proxy.ts';
import { WatchedPrograms, type Program } from './processes.ts';

const run = promisify(execFile);

/** A weekday afternoon in Shanghai. */
const afternoon = Date.parse('2026-11-18T06:00:00Z');
const phonePassword = 'Fleet-phone-2026';
const backOff = { firstMs: 200, longestMs: 2000 };

export interface FleetOptions {
  /** Business ms per real ms (default 20). */
  readonly speed?: number;
  /** Leads in the one campaign (default 1500). */
  readonly leads?: number;
  readonly campaign?: Partial<NewCampaign>;
  /** What each controller does, as `BRANCHLINE_ROLES` says it (default: one that does all); several share engines that are not theirs. */
  readonly controllers?: readonly string[];
}

/** A branch of the fleet. The people and the switch are one process, the edge another. */
export interface FleetBranch {
  readonly facts: BranchFacts;
  readonly home: string;
  readonly eventSocketPort: number;
  readonly edge: Program;
}

/**
 * A whole call center as processes — a controller, small branches with virtual switches and people, a cable between them
 * that can be cut — every part of which can be killed and started again, and which can prove what became of its calls.
 */
export class Fleet implements AsyncDisposable {
  readonly home: string;
  center!: FleetCenter;
  /** The one campaign. */
  campaign = '';
  readonly #installation: Installation;
  readonly #branches: {
    facts: BranchFacts;
    home: string;
    eventSocketPort: number;
    edge: Program;
    people: Program;
  }[] = [];
  readonly #programs = new WatchedPrograms();
  #link!: LinkProxy;
  /** The logs are of interest. */
  #kept = false;

  private constructor(installation: Installation) {
    this.#installation = installation;
    this.home = installation.folder;
  }

  /** The API of a controller that runs. */
  get client(): CenterClient {
    return this.center.client;
  }

  /** Starts everything and waits until the agents are at their phones; nothing is dialed yet. */
  static async start(options: FleetOptions = {}): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), 'branchline-fleet-'));
    const roles = options.controllers ?? [everyRole];
    const free = await freePorts(3 * roles.length);
    const places = roles.map((each, i) => {
      const [http, edge, mqtt] = free.slice(3 * i) as [number, number, number];
      return { roles: each, ports: { http, edge, mqtt } };
    });
    const clock = { speed: options.speed ?? 20, real: Date.now(), business: afternoon };
    const fleet = new Fleet({ folder, clock, ports: places[0]!.ports });
    try {
      await run('chmod', ['755', folder]);
      fleet.center = await FleetCenter.start(fleet.#installation, places, fleet.#programs);
      fleet.#link = await LinkProxy.start(fleet.center.mqttPort);
      const enrolments = await fleet.#setUp(options);
      await Promise.all(smallBranches.map((facts, i) => fleet.#openBranch(facts, enrolments[i]!)));
      await fleet.agentsAtWork();
      return fleet;
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw new Error(`the fleet could not be started (${problemOf(error)}); its logs: ${folder}/log`, {
        cause: error,
      });
    }
  }

  get branches(): readonly FleetBranch[] {
    return this.#branches;
  }

  get ports(): Installation['ports'] {
    return this.#installation.ports;
  }

  // Dialing

  async dial(): Promise<void> {
    await this.client.post(`/campaigns/${this.campaign}/start`);
  }

  async pause(): Promise<void> {
    await this.client.post(`/campaigns/${this.campaign}/pause`);
  }

  /** Calls that have been placed so far. */
  get dialed(): number {
    return this.ledgers().reduce((sum, { dialed }) => sum + dialed.length, 0);
  }

  /** Waits until so many more calls were placed, on all branches or on one of them. */
  async dialsOn(calls: number, branch?: number, deadlineMs = 60_000): Promise<void> {
    const count = (): number =>
      branch === undefined ? this.dialed : (this.ledgers()[branch]?.dialed.length ?? 0);
    const before = count();
    await eventually(`${calls} more calls`, () => count() >= before + calls, deadlineMs);
  }

  ledgers(): LedgerFacts[] {
    return this.#branches.map(({ home }) => readLedger(join(home, 'ledger/ledger.sqlite')));
  }

  // Faults

  async killEdge(branch: number): Promise<void> {
    const { edge } = this.#branches[branch]!;
    this.#programs.expectEnd(edge);
    await edge.kill();
  }

  /** @param env what is special about the process, e.g. a clock of its own */
  async startEdge(branch: number, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const own = this.#branches[branch]!;
    own.edge = this.#programs.watch(
      `edge ${own.facts.edge}`,
      runEdge(this.#installation, own.facts.edge, env),
    );
    await own.edge.ready;
  }

  async stopEdge(branch: number): Promise<void> {
    const { edge } = this.#branches[branch]!;
    this.#programs.expectEnd(edge);
    await edge.stop();
  }

  cutLink(): void {
    this.#link.cut();
  }

  restoreLink(): void {
    this.#link.restore();
  }

  // Others

  /** Adds a box to a branch's site that is not one of the fleet; it can be enrolled by whoever plays it. */
  async announceBox(id: string): Promise<EnrolmentView> {
    return this.client.post<EnrolmentView>(`/sites/${smallBranches[0]!.site.id}/edges`, { id });
  }

  // Looking

  /** The edges as the center sees them. */
  async sites(): Promise<readonly SiteView[]> {
    const { sites } = await this.client.get<Overview>('/overview');
    return sites;
  }

  /** Agents in a state that makes no sense, by the live data of the moment. */
  async stuckAgents(): Promise<string[]> {
    const own = new Set(smallBranches.map(({ edge }) => edge));
    const sites = await this.sites();
    return sites.flatMap(({ edges }) =>
      edges
        .filter(({ id }) => own.has(id))
        .flatMap(({ id, live, liveAgeMs, status }) =>
          findStuckAgents(id, status === 'online' && (liveAgeMs ?? Infinity) < 5000 ? live : undefined),
        ),
    );
  }

  /** Waits until every agent of every branch is in a state that makes sense. @throws Error naming who is not */
  async agentsAtWork(deadlineMs = 60_000): Promise<void> {
    let stuck: string[] = ['nothing was seen'];
    await eventually(
      'all agents being at work',
      async () => {
        stuck = await this.stuckAgents();
        return stuck.length === 0;
      },
      deadlineMs,
    ).catch(() => {
      throw new Error(`agents are not at work after ${deadlineMs} ms: ${stuck.join(', ')}`);
    });
  }

  /** Programs that ended by themselves, children of the controller included. */
  async crashed(): Promise<string[]> {
    return [...this.#programs.crashed(), ...(await this.center.crashed())];
  }

  /**
   * Pauses the campaign, waits until all calls have ended and everything is stored, and compares.
   * @throws Error with what does not come to rest within `deadlineMs`
   */
  async proof(deadlineMs = 90_000): Promise<FleetProof> {
    await eventually('the campaign being paused', () => this.pause().then(() => true), 15_000);
    try {
      const proof = await proveAtRest(this, deadlineMs);
      const { attempts: _attempts, calls: _calls, ...findings } = proof;
      this.#kept ||= Object.values(findings).some((found) => found.length > 0);
      return proof;
    } catch (error) {
      this.#kept = true;
      throw new Error(`${problemOf(error)}; logs: ${this.home}/log`, { cause: error });
    }
  }

  /** How often each number was really called, by branch. */
  called(): Promise<Readonly<Record<string, number>>[]> {
    return Promise.all(this.#branches.map(({ people }) => calledBy(people)));
  }

  /** Stops everything. The folder with the logs stays when a proof found something. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#branches.map(({ edge }) => edge.stop()));
    await this.#programs.stop();
    await this.#link?.stop();
    await this.center?.stopEngines();
    if (!this.#kept && process.env['BRANCHLINE_KEEP_LOGS'] === undefined)
      await rm(this.home, { recursive: true, force: true });
  }

  async #setUp({ leads = 1500, campaign = {} }: FleetOptions): Promise<EnrolmentView[]> {
    const enrolments: EnrolmentView[] = [];
    for (const { site, edge } of smallBranches) {
      await this.client.post('/sites', site);
      enrolments.push(await this.client.post<EnrolmentView>(`/sites/${site.id}/edges`, { id: edge }));
    }
    const made = await this.client.post<CampaignSummary>('/campaigns', {
      name: 'Fleet',
      window: { fromMinute: 0, toMinute: 1440, weekdays: [1, 2, 3, 4, 5, 6, 7] },
      wrapUpSeconds: 6,
      ...campaign,
    });
    this.campaign = made.id;
    const list = await this.client.upload<ImportView>(
      `/campaigns/${made.id}/imports`,
      'leads.csv',
      leadList(0, leads),
    );
    if (list.imported !== leads) throw new Error(`of ${leads} leads ${list.imported} were imported`);
    for (const facts of smallBranches)
      await this.client.put(`/edges/${facts.edge}/plan`, planOf(facts, [made.id], phonePassword));
    return enrolments;
  }

  async #openBranch(facts: BranchFacts, enrolment: EnrolmentView): Promise<void> {
    const settings: EdgeSettings = { enrolment, backOff };
    const { eventSocketPort } = await prepareEdge(this.#installation, facts.edge, settings);
    const home = join(this.home, facts.edge);
    const first = this.#programs.watch(`edge ${facts.edge}`, runEdge(this.#installation, facts.edge));
    await first.ready;
    this.#programs.expectEnd(first);
    await first.stop();
    // It has enrolled; from now on it reaches the broker by the cable that can be cut.
    const file = join(home, 'identity/identity.json');
    const identity = JSON.parse(await readFile(file, 'utf8')) as { mqttUrl: string };
    const url = new URL(identity.mqttUrl);
    url.port = String(this.#link.port);
    await writeFile(file, JSON.stringify({ ...identity, mqttUrl: url.href }));
    const edge = this.#programs.watch(`edge ${facts.edge}`, runEdge(this.#installation, facts.edge));
    const people = this.#programs.watch(`people ${facts.edge}`, runPeople(this.#installation, facts));
    await Promise.all([edge.ready, people.ready]);
    const branch = { facts, home, eventSocketPort, edge, people };
    this.#branches.push(branch);
    this.#branches.sort((a, b) => (a.facts.edge < b.facts.edge ? -1 : 1));
  }
}

function calledBy(people: Program): Promise<Readonly<Record<string, number>>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the people of a branch do not answer')), 5000);
    people.child.once('message', (answer) => {
      clearTimeout(timer);
      resolve((answer as { dialed: Record<string, number> }).dialed);
    });
    people.child.send('dialed');
  });
}

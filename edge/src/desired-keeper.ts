import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import Type from 'typebox';
import {
  BranchlineError,
  check,
  isInsideWindow,
  Knowledge,
  KnowledgeFile,
  Desired,
  type Artifact,
  problemOf,
  type Clock,
  type ClockTrust,
  type Outcome,
  type Payload,
  type Reported,
} from '@branchline/shared';
import { DncList, openDocument, type Log } from '@branchline/shared/node';
import type { RecordingStore } from './flows/index.ts';
import type { EdgeIdentity } from './identity/index.ts';
import { Probation } from './probation.ts';
import type { Ledger } from './store/index.ts';
import {
  emptyDesired,
  findContradiction,
  hasCertificate,
  type CarrierAddresses,
  type ConfigurationApplier,
  type RenderInput,
  type Secrets,
  type SwitchSettings,
} from './switch/configuration/index.ts';
import type { ArtifactStore } from './uplink/index.ts';

/** What other parts take over when a document comes into force. */
export interface InForce {
  readonly desired: Desired;
  /** Undefined: it could not be had. */
  readonly dnc: DncList | undefined;
  /** What agents look things up in; the last that could be had. */
  readonly knowledge: Knowledge;
}

export interface DesiredKeeperOptions {
  readonly folder: string;
  readonly edge: string;
  readonly settings: SwitchSettings;
  readonly identity: Pick<EdgeIdentity, 'unseal'>;
  readonly applier: ConfigurationApplier;
  readonly artifacts: Pick<ArtifactStore, 'get'>;
  readonly recordings: Pick<RecordingStore, 'keep' | 'forget'>;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly business: Clock;
  readonly ids: () => string;
  readonly clockTrust: () => ClockTrust;
  readonly log: Log;
  readonly onInForce: (inForce: InForce) => void;
  /** Whether a line can take calls. */
  readonly lineUp: (line: string) => boolean;
  readonly report: (reported: Reported) => void;
}

const LastGood = Type.Object({
  desired: Type.Union([Desired, Type.Null()]),
  /** What was in force, was found not to work, and is not tried again. */
  reverted: Type.Optional(Type.Object({ desired: Desired, problem: Type.String() })),
});

/** @throws BranchlineError `BL_CONFIG_INVALID` */
function readKnowledge(bytes: Buffer): Knowledge {
  const place = { place: 'artifact knowledge' };
  let file: unknown;
  try {
    file = JSON.parse(bytes.toString());
  } catch {
    throw new BranchlineError('BL_CONFIG_INVALID', { ...place, problem: 'it is not JSON' });
  }
  return new Knowledge(check(KnowledgeFile, file, 'BL_CONFIG_INVALID', place).articles);
}

/** The last good document of a box, without changing anything; undefined before the first. @throws BranchlineError `BL_CONFIG_UNREADABLE` */
export async function readLastGood(folder: string): Promise<Desired | undefined> {
  const document = await openDocument(join(folder, 'last-good.json'), LastGood, { desired: null });
  return document.data.desired ?? undefined;
}

/** Converges to the desired document; what does not work leaves the last good one in force and is reported. */
export class DesiredKeeper {
  readonly #options: DesiredKeeperOptions;
  #inForce: InForce;
  #reported: Reported | undefined;
  /** The present document on probation, and the one to go back to. */
  #trial: { readonly probation: Probation; readonly before: Desired } | undefined;
  /** Hash of the knowledge base in force. */
  #knowledgeOf: string | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** The recordings of the document in force are on the disk. */
  #recorded = true;
  #document: Awaited<ReturnType<typeof openDocument<typeof LastGood>>> | undefined;

  constructor(options: DesiredKeeperOptions) {
    this.#options = options;
    this.#inForce = { desired: emptyDesired(options.edge), dnc: new DncList(), knowledge: new Knowledge() };
  }

  get inForce(): InForce {
    return this.#inForce;
  }

  get reported(): Reported | undefined {
    return this.#reported;
  }

  /** Brings the last good document back into force and the configuration file onto disk, before anything else runs. */
  async start(): Promise<void> {
    this.#document = await openDocument(join(this.#options.folder, 'last-good.json'), LastGood, {
      desired: null,
    });
    const desired = this.#document.data.desired ?? this.#inForce.desired;
    await this.#keepRecordings(desired).catch((error: unknown) => {
      this.#recorded = false;
      this.#options.log.warn({ problem: problemOf(error) }, 'a recording of a prompt is not there');
    });
    await this.#options.applier.prepare(await this.#input(desired));
    this.#take(desired, await this.#dnc(desired).catch(() => undefined));
    const { reverted } = this.#document.data;
    if (reverted) this.#sayReverted(reverted);
    else if (this.#document.data.desired)
      this.#say({ version: desired.version, tried: desired.version, status: 'applied' });
  }

  /** A document of the controller; they are worked off one after the other. */
  onDesired(desired: Payload<'desired'>): Promise<void> {
    this.#queue = this.#queue.then(() => this.#apply(desired));
    return this.#queue;
  }

  /** Makes the configuration anew: something that it is made of beside the document has changed. */
  refresh(): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      const { applier, log } = this.#options;
      try {
        await applier.apply(await this.#input(this.#inForce.desired));
      } catch (error) {
        log.error({ problem: problemOf(error) }, 'the configuration of FreeSWITCH could not be made anew');
      }
    });
    return this.#queue;
  }

  /** Whether the stated window for changes that end calls is open. */
  inMaintenance(now: number): boolean {
    const { maintenance, site } = this.#inForce.desired;
    return maintenance !== undefined && isInsideWindow(maintenance, now, [site.zone]);
  }

  /** A call on a line has ended: a new configuration is judged by what becomes of calls. */
  callEnded(line: string, outcome: Outcome): void {
    this.#trial?.probation.callEnded(line, outcome);
  }

  /** Gets what a start could not: recordings, and the do-not-call list, without which nothing is dialed. Call it every few seconds. */
  async completeLists(): Promise<void> {
    const { desired, dnc } = this.#inForce;
    if (!this.#recorded)
      this.#recorded = await this.#keepRecordings(desired).then(
        () => true,
        () => false,
      );
    if (dnc) return;
    const found = await this.#dnc(desired).catch(() => undefined);
    if (found && this.#inForce.desired === desired) this.#take(desired, found);
  }

  /** Gets the knowledge base that the document names, unless it is there; without it agents read the one before. Call it every few seconds. */
  async completeKnowledge(): Promise<void> {
    const { artifacts, log } = this.#options;
    const wanted = this.#inForce.desired.artifacts.find(({ name }) => name === 'knowledge');
    if (wanted?.sha256 === this.#knowledgeOf) return;
    try {
      const knowledge = wanted ? readKnowledge(await artifacts.get(wanted)) : new Knowledge();
      this.#knowledgeOf = wanted?.sha256;
      this.#inForce = { ...this.#inForce, knowledge };
      this.#options.onInForce(this.#inForce);
    } catch (error) {
      log.warn({ problem: problemOf(error) }, 'the knowledge base could not be had yet');
    }
  }

  /** Goes back to the document before when calls stopped working under the present one. Call it about once a second. */
  async watch(): Promise<void> {
    const trial = this.#trial;
    const verdict = trial?.probation.verdict(this.#options.business.now(), this.#options.lineUp);
    if (!trial || !verdict) return;
    this.#trial = undefined;
    const { problem } = verdict;
    if (problem !== undefined)
      await (this.#queue = this.#queue.then(() => this.#revert(trial.before, problem)));
  }

  /** Runs what waited for the last call to end. */
  async whenIdle(): Promise<void> {
    if (!this.#options.applier.waiting) return;
    if (await this.#options.applier.performWhenIdle()) {
      const { version } = this.#inForce.desired;
      this.#say({ version, tried: version, status: 'applied' });
    }
  }

  async #apply(desired: Desired): Promise<void> {
    const { applier, business, edge, ledger, log } = this.#options;
    const present = this.#document?.data.desired;
    if (present?.version === desired.version && JSON.stringify(present) === JSON.stringify(desired)) {
      if (this.#reported) this.#options.report(this.#reported);
      return;
    }
    const refused = this.#document?.data.reverted;
    if (refused && JSON.stringify(refused.desired) === JSON.stringify(desired))
      return this.#sayReverted(refused);
    const wasUp = new Map(desired.lines.map(({ id }) => [id, this.#options.lineUp(id)]));
    try {
      const contradiction = findContradiction(desired, edge);
      if (contradiction) throw new BranchlineError('BL_CONFIG_INVALID', contradiction);
      const input = await this.#input(desired);
      const dnc = await this.#dnc(desired);
      await this.#keepRecordings(desired);
      this.#recorded = true;
      const { status, change } = await applier.apply(input);
      this.#document!.data = { desired };
      await this.#document!.write();
      this.#take(desired, dnc);
      // Calls may still be led by the document before.
      const inUse = [...(desired.recordings ?? []), ...(present?.recordings ?? [])];
      await this.#options.recordings.forget(inUse);
      this.#say({ version: desired.version, tried: desired.version, status });
      if (change !== 'none' && present) {
        const probation = new Probation(present, desired, (id) => wasUp.get(id) ?? false, business.now());
        this.#trial = { probation, before: present };
      }
      await ledger.append({
        rows: [
          {
            stream: 'event',
            row: { ...this.#head(), type: 'config-applied', version: desired.version, change },
          },
        ],
      });
      log.info({ version: desired.version, change }, 'a new configuration is in force');
    } catch (error) {
      await this.#refuse(
        desired,
        error,
        'the desired configuration cannot be applied; the last good one stays in force',
      );
    }
  }

  /** Calls do not work under the present document: the one before comes back and the present one is not tried again. */
  async #revert(before: Desired, problem: string): Promise<void> {
    const desired = this.#inForce.desired;
    const failure = new BranchlineError('BL_CONFIG_REVERTED', { version: desired.version, problem });
    try {
      await this.#options.applier.apply(await this.#input(before));
      this.#document!.data = { desired: before, reverted: { desired, problem } };
      await this.#document!.write();
      this.#take(before, this.#inForce.dnc);
      await this.#refuse(
        desired,
        failure,
        'calls stopped working under the new configuration; the one before is back',
      );
    } catch (error) {
      await this.#refuse(
        desired,
        error,
        'the configuration under which calls worked could not be brought back',
      );
    }
  }

  #sayReverted({ desired, problem }: { desired: Desired; problem: string }): void {
    const { code, message } = new BranchlineError('BL_CONFIG_REVERTED', {
      version: desired.version,
      problem,
    });
    this.#say({
      version: this.#inForce.desired.version,
      tried: desired.version,
      status: 'rejected',
      problem: { code, message: message.slice(0, 1000) },
    });
  }

  /** Reports why a document is not in force, to the controller and in the ledger. */
  async #refuse(desired: Desired, error: unknown, what: string): Promise<void> {
    const { ledger, log } = this.#options;
    const code = error instanceof BranchlineError ? error.code : 'BL_CONFIG_INVALID';
    const message = problemOf(error).slice(0, 1000);
    log.error({ version: desired.version, code, problem: message }, what);
    this.#say({
      version: this.#document?.data.desired?.version ?? 0,
      tried: desired.version,
      status: 'rejected',
      problem: { code, message },
    });
    await ledger
      .append({
        rows: [
          {
            stream: 'event',
            row: {
              ...this.#head(),
              type: 'config-rejected',
              version: desired.version,
              code,
              problem: message,
            },
          },
        ],
      })
      .catch((failure: unknown) =>
        log.error({ problem: problemOf(failure) }, 'the refusal could not be stored'),
      );
  }

  #head() {
    return { at: this.#options.business.now(), clock: this.#options.clockTrust(), id: this.#options.ids() };
  }

  #take(desired: Desired, dnc: DncList | undefined): void {
    this.#inForce = { ...this.#inForce, desired, dnc };
    this.#options.onInForce(this.#inForce);
  }

  #say(facts: Omit<Reported, 'at' | 'artifacts'>): void {
    this.#reported = {
      ...facts,
      at: this.#options.business.now(),
      artifacts: this.#inForce.desired.artifacts.map(({ name, version }) => ({ name, version })),
    };
    this.#options.report(this.#reported);
  }

  /** Recordings come before the document that names them: the dialplan plays them without us. */
  #keepRecordings({ recordings = [] }: Desired): Promise<void> {
    return this.#options.recordings.keep(recordings);
  }

  async #dnc(desired: Desired): Promise<DncList> {
    const get = (wanted: Artifact['name']): Promise<Buffer> | undefined => {
      const artifact = desired.artifacts.find(({ name }) => name === wanted);
      return artifact && this.#options.artifacts.get(artifact);
    };
    return new DncList(await get('dnc'), await get('dnc-changes'));
  }

  async #input(desired: Desired): Promise<RenderInput> {
    const { identity, settings } = this.#options;
    const secrets: { lines: Record<string, string>; phones: Record<string, string> } = {
      lines: {},
      phones: {},
    };
    for (const { id, sip } of desired.lines) {
      if (sip?.password !== undefined)
        secrets.lines[id] = await identity.unseal(`lines/${id}/sip/password`, sip.password);
    }
    for (const { extension, password } of desired.phones) {
      secrets.phones[extension] = await identity.unseal(`phones/${extension}/password`, password);
    }
    return {
      desired,
      settings,
      secrets: secrets satisfies Secrets,
      addresses: await carrierAddresses(desired),
      certified: hasCertificate(settings.certificatesFolder),
    };
  }
}

/** Addresses of the carriers, by name service where they are named. A name that is unknown now must not stop the rest. */
async function carrierAddresses(desired: Desired): Promise<CarrierAddresses> {
  const hosts = new Set(
    desired.lines.flatMap(({ enabled, sip }) => (enabled && sip ? [sip.proxy.replace(/:\d+$/, '')] : [])),
  );
  const entries = [...hosts].map(async (host): Promise<[string, string[]]> => {
    if (isIP(host)) return [host, [host]];
    const found = await lookup(host, { all: true }).catch(() => []);
    return [host, found.map(({ address }) => address)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

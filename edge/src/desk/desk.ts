import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import Type from 'typebox';
import { problemOf, systemClock, type Desired } from '@branchline/shared';
import { openDocument, type Log } from '@branchline/shared/node';
import { deskCertificate, ownHosts, type EdgeIdentity, type ServerTls } from '../identity/index.ts';
import { PhoneBook, type PhonePlace } from '../phones/index.ts';
import type { DeskFloor } from './desk-floor.ts';
import type { Training } from './training/training.ts';
import { startDeskServer, type DeskServer } from './server.ts';
import { DeskSessions } from './sessions.ts';
import { softphoneOf } from './softphone.ts';

export interface DeskOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The edge's home. */
  readonly home: string;
  readonly identity: EdgeIdentity;
  readonly floor: DeskFloor;
  readonly training: Training;
  /** Where desk phones register. */
  readonly sip: { readonly server: string; readonly port: number; readonly tlsPort: number };
  /** Port of FreeSWITCH's secure WebSocket. */
  readonly webSocketPort: number;
  /** The box has its certificate: kept from before, or new. */
  readonly onCertificate: (tls: ServerTls) => void;
  /** Agents whose own pages look are others than before. */
  readonly onLookers: (agents: ReadonlySet<string>) => void;
  /** Business time. */
  readonly now: () => number;
  readonly log: Log;
}

/** A box that has never reached the center asks for its certificate again so often, ms. */
const againMs = 10_000;

const pageFolder = resolve(import.meta.dirname, '../../desk/dist');

/** The agents' page: opened as soon as there is a certificate, and from then on whenever the box runs. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #pins = new Map<string, { readonly sealed: string; readonly pin: string }>();
  #phones: PhoneBook | undefined;
  #desired: Desired | undefined;
  #server: DeskServer | undefined;
  #opening: Promise<void> | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Where it listens, once it does. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  start(): void {
    this.#opening = this.#open();
  }

  /** Desk phones that are set up from here. */
  phones(): PhonePlace[] {
    return this.#phones?.places() ?? [];
  }

  /** PINs and phones of a desired document; a PIN that cannot be opened closes the page to its agent. */
  async configure(desired: Desired): Promise<void> {
    const { agents } = desired;
    this.#desired = desired;
    this.#phones?.configure(desired);
    const { identity, log } = this.#options;
    for (const id of this.#pins.keys())
      if (!agents.some((agent) => agent.id === id && agent.pin)) this.#pins.delete(id);
    for (const { id, pin: sealed } of agents) {
      if (sealed === undefined || this.#pins.get(id)?.sealed === sealed) continue;
      try {
        this.#pins.set(id, { sealed, pin: await identity.unseal(`/agents/${id}/pin`, sealed) });
      } catch (error) {
        this.#pins.delete(id);
        log.error({ agent: id, problem: problemOf(error) }, 'the PIN of an agent cannot be read');
      }
    }
    this.tell();
  }

  /** Something that is shown has changed. */
  tell(): void {
    this.#server?.tell();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#opening;
    await this.#server?.close();
  }

  async #open(): Promise<void> {
    const { identity, home, host, port, floor, training, log } = this.#options;
    const folder = join(home, 'desk');
    try {
      const tls = await deskCertificate(folder, identity, ownHosts(identity.edge), systemClock.now());
      this.#options.onCertificate(tls);
      const secret = await boxSecret(folder);
      const signedOut = await openDocument(join(folder, 'signed-out.json'), SignedOut, {});
      let stored = Promise.resolve();
      const sessions = new DeskSessions({
        secret,
        clock: systemClock,
        pinOf: (agent) => this.#pins.get(agent)?.pin,
        ended: signedOut.data,
        onEnded: (ended) => {
          signedOut.data = ended;
          // One after the other: they go through the same file beside it.
          stored = stored
            .then(() => signedOut.write())
            .catch((error: unknown) =>
              log.error({ problem: problemOf(error) }, 'who has signed out could not be stored'),
            );
        },
      });
      const { onLookers, sip, now, webSocketPort } = this.#options;
      const passwordOf = (extension: string, sealed: string): Promise<string> =>
        identity.unseal(`/phones/${extension}/password`, sealed);
      const phones = new PhoneBook({
        secret,
        origin: () => `https://${sip.server}:${this.#server?.port ?? port}`,
        sip,
        passwordOf,
        log,
      });
      if (this.#desired) phones.configure(this.#desired);
      this.#phones = phones;
      this.#server = await startDeskServer({
        phones,
        now,
        host,
        port,
        tls,
        caFile: identity.tls.caFile,
        pageFolder,
        floor,
        training,
        sessions,
        onLookers,
        webSocketPort,
        softphone: (agent) =>
          softphoneOf(
            this.#desired ?? { phones: [], agents: [], domain: '' },
            agent,
            webSocketPort,
            passwordOf,
          ),
        log,
      });
      log.info({ port: this.#server.port }, 'the desk page is there');
    } catch (error) {
      log.warn({ problem: problemOf(error) }, 'the desk page cannot be opened yet');
      if (!this.#closed) this.#again = setTimeout(() => this.start(), againMs);
    }
  }
}

/** Made once: sessions and phones' folders outlive restarts. */
/** Notes of sessions that were handed back, and until when they would have been good. */
const SignedOut = Type.Record(Type.String(), Type.Number());

async function boxSecret(folder: string): Promise<string> {
  const schema = Type.Object({ secret: Type.String({ minLength: 32 }) });
  const document = await openDocument(join(folder, 'secret.json'), schema, {
    secret: randomBytes(32).toString('base64url'),
  });
  await document.write();
  return document.data.secret;
}

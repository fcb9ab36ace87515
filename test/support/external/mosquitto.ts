import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ControllerSettings } from '@branchline/controller';
import { mosquittoAcl, systemClock } from '@branchline/shared';
// @boundaries-ignore the broker's certificates come from the authority whose package door shows only the whole
import { DeviceAuthority } from '../../../controller/src/fleet/index.ts';
// @boundaries-ignore as above
import { makeBoxKeys } from '../../../controller/src/fleet/testing.ts';
import { eventually } from '../eventually.ts';
import { freePorts } from '../free-port.ts';

/** Debian's Mosquitto; undefined when it is not installed. */
export const mosquittoProgram = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find((path) =>
  existsSync(path),
);

/** Mosquitto as an operator would set it up for an installation: certificates for everybody, the generated ACL, CN = user. */
export class Mosquitto {
  /** How a controller reaches it. */
  readonly settings: NonNullable<ControllerSettings['mqtt']> & { readonly url: string };
  readonly port: number;
  readonly #configuration: string;
  #child: ChildProcess | undefined;

  private constructor(settings: Mosquitto['settings'], port: number, configuration: string) {
    this.settings = settings;
    this.port = port;
    this.#configuration = configuration;
  }

  /** Prepares one for the installation that keeps its keys in `home`, and starts it. */
  static async start(home: string): Promise<Mosquitto> {
    const authority = await DeviceAuthority.open(join(home, 'ca'), systemClock);
    const server = await authority.serverCertificate([]);
    const keys = await makeBoxKeys('controller');
    const own = await authority.issue('controller', keys.csr);
    const [port] = (await freePorts(1)) as [number];
    const folder = join(home, 'mosquitto');
    mkdirSync(folder, { recursive: true });
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const caFile = file('ca.crt', authority.certificate);
    const configuration = file(
      'mosquitto.conf',
      [
        'user root',
        'persistence false',
        `listener ${port} 127.0.0.1`,
        `cafile ${caFile}`,
        `certfile ${file('broker.crt', server.cert)}`,
        `keyfile ${file('broker.key', server.key)}`,
        'require_certificate true',
        'use_identity_as_username true',
        `acl_file ${file('broker.acl', mosquittoAcl())}`,
        // What one client may have under way and waiting: the outboxes of a fleet arrive at once.
        'max_inflight_messages 1000',
        'max_queued_messages 100000',
      ].join('\n'),
    );
    const settings = {
      url: `mqtts://localhost:${port}`,
      caFile,
      certFile: file('controller.crt', own.certificate),
      keyFile: file('controller.key', keys.key),
    };
    const broker = new Mosquitto(settings, port, configuration);
    await broker.restart();
    return broker;
  }

  /** Starts it again on the same port, without any memory. */
  async restart(): Promise<void> {
    if (mosquittoProgram === undefined) throw new Error('mosquitto is not installed');
    this.#child = spawn(mosquittoProgram, ['-c', this.#configuration], { stdio: 'ignore' });
    await eventually('mosquitto to listen', () => {
      return new Promise<boolean>((resolve) => {
        const socket = connect(this.port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
    });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

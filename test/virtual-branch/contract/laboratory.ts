import { randomUUID } from 'node:crypto';
import { EslClient } from './esl-client.ts';

/** A switch set up with the laboratory's configuration, real or virtual. */
export interface Laboratory {
  readonly eslPort: number;
  readonly password: string;
  /** The document the switch reads. */
  readonly configurationFile: string;
  readonly cdrDirectory: string;
  readonly recordingDirectory: string;
}

/** One thing every switch must do, as a sentence and its proof. */
export interface Scenario {
  readonly name: string;
  /** Needs the switch for itself: it changes or looks at what others share. */
  readonly exclusive?: boolean;
  run(laboratory: Laboratory): Promise<void>;
}

/** Runs `body` with a client of its own; whatever legs it made are hung up afterwards. */
export async function withClient(
  laboratory: Laboratory,
  body: (bench: Bench) => Promise<void>,
): Promise<void> {
  const client = await EslClient.connect(laboratory.eslPort, laboratory.password);
  const bench = new Bench(client, laboratory);
  try {
    await body(bench);
  } finally {
    await bench.clear();
    client.close();
  }
}

const carrier = 'sofia/gateway/carrier/';

/** A client and the legs it is responsible for. */
export class Bench {
  readonly client: EslClient;
  readonly laboratory: Laboratory;
  readonly #legs: string[] = [];

  constructor(client: EslClient, laboratory: Laboratory) {
    this.client = client;
    this.laboratory = laboratory;
  }

  /** A fresh channel id that is hung up at the end. */
  leg(): string {
    const uuid = randomUUID();
    this.#legs.push(uuid);
    return uuid;
  }

  /** Begins to call a number of the carrier; the promise is the job's result. */
  originate(uuid: string, number: string, variables = '', target = '&park()'): Promise<string> {
    const more = variables === '' ? '' : `,${variables}`;
    return this.client.background(`originate {origination_uuid=${uuid}${more}}${carrier}${number} ${target}`);
  }

  /** A leg that is answered and parked. */
  async parked(number: string, variables = ''): Promise<string> {
    const uuid = this.leg();
    const result = await this.originate(uuid, number, `ignore_early_media=true,${variables || 'lab=1'}`);
    if (result !== `+OK ${uuid}\n`) throw new Error(`originate said ${result}`);
    await this.client.on(uuid, 'CHANNEL_PARK');
    return uuid;
  }

  async clear(): Promise<void> {
    if (this.client.closed) return;
    for (const uuid of this.#legs) await this.client.api(`uuid_kill ${uuid}`);
  }
}

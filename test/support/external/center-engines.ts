import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@branchline/shared/node';
// @boundaries-ignore the private engine, run as one that several controllers share
import { startPrivateClickHouse } from '../../../controller/src/ingest/private-clickhouse/private-clickhouse.ts';
import { newDatabase, startDebianPostgres } from './debian-postgres.ts';
import { Mosquitto } from './mosquitto.ts';

/** Engines that several controllers of one installation share. */
export interface CenterEngines {
  /** Port of the broker. */
  readonly mqttPort: number;
  /** What every controller is told. */
  readonly env: Readonly<Record<string, string>>;
  /** Gives a further controller the keys of the installation. */
  share(home: string): void;
  stop(): Promise<void>;
}

/** Starts a PostgreSQL, a Mosquitto and a ClickHouse for an installation whose first controller lives in `home`. */
export async function startCenterEngines(home: string): Promise<CenterEngines> {
  mkdirSync(home, { recursive: true });
  const [postgres, mosquitto, clickHouse] = await Promise.all([
    startDebianPostgres(),
    Mosquitto.start(home),
    startPrivateClickHouse({ folder: join(home, 'shared-clickhouse'), log: silentLog }),
  ]);
  const records = new URL(clickHouse.url);
  records.username = clickHouse.user;
  records.password = clickHouse.token;
  const { url, caFile = '', certFile = '', keyFile = '' } = mosquitto.settings;
  return {
    mqttPort: mosquitto.port,
    env: {
      DATABASE_URL: await newDatabase(postgres.url, 'branchline'),
      CLICKHOUSE_URL: records.href,
      MQTT_URL: url,
      MQTT_CA_FILE: caFile,
      MQTT_CERT_FILE: certFile,
      MQTT_KEY_FILE: keyFile,
    },
    share(other) {
      mkdirSync(other, { recursive: true });
      for (const key of ['ca', 'secrets.agekey'])
        cpSync(join(home, key), join(other, key), { recursive: true });
    },
    async stop() {
      await mosquitto.kill();
      await Promise.all([clickHouse.stop(), postgres.stop()]);
    },
  };
}

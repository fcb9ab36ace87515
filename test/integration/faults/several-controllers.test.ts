import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EdgeView, Overview } from '@branchline/shared';
import { eventually } from '../../support/eventually.ts';
import { debianPostgresPrograms } from '../../support/external/debian-postgres.ts';
import { mosquittoProgram } from '../../support/external/mosquitto.ts';
import { Fleet } from '../../support/fleet.ts';
import { everyRole } from '../../support/fleet-center.ts';
import { allWell } from '../../support/fleet-proof.ts';

const duties = ['link', 'planner', 'pump'];
/** How soon another controller must do all that one did that is gone, ms. */
const takeoverMs = 10_000;
const withoutEngines = debianPostgresPrograms === undefined || mosquittoProgram === undefined;

/** Who has the link to the boxes. */
const holder = (fleet: Fleet): Promise<number> =>
  eventually('somebody having the link', async () => {
    const which = await fleet.center.holderOf('link');
    return which === undefined ? undefined : { which };
  }).then(({ which }) => which);

async function takenOverBy(fleet: Fleet, other: number): Promise<void> {
  const holders = (): Promise<(number | undefined)[]> =>
    Promise.all(duties.map((duty) => fleet.center.holderOf(duty)));
  await eventually(
    `controller ${other + 1} having taken over ${duties.join(', ')}`,
    async () => (await holders()).every((which) => which === other),
    takeoverMs,
  );
}

describe.skipIf(withoutEngines)('two controllers on one database', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({ controllers: [everyRole, everyRole] });
  });
  // A test that failed may have left one of them dead or frozen.
  beforeEach(async () => {
    await fleet.center.wake();
    await fleet.dial();
    await fleet.dialsOn(5);
  });
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test('either may be killed: the other takes over within 10 s, calls go on, and every record arrives once', async () => {
    for (let kills = 0; kills < 2; kills++) {
      const victim = await holder(fleet);
      await fleet.center.kill(victim);
      await takenOverBy(fleet, 1 - victim);
      await fleet.agentsAtWork(15_000);
      await fleet.dialsOn(15);
      await fleet.center.start(victim);
      expect(await holder(fleet)).toBe(1 - victim);
    }
    expect(await fleet.proof()).toMatchObject(allWell);
  });

  test('a controller that is frozen loses its duties, and does no harm when it goes on', async () => {
    const victim = await holder(fleet);
    fleet.center.freeze(victim, true);
    await takenOverBy(fleet, 1 - victim);
    await fleet.dialsOn(15);
    fleet.center.freeze(victim, false);
    await fleet.dialsOn(10);
    expect(await holder(fleet)).toBe(1 - victim);
    expect(await fleet.proof()).toMatchObject(allWell);
  });

  test('what a person tells one of them the other does at once', async () => {
    const client = fleet.center.clientOf(1 - (await holder(fleet)));
    const edges = async (): Promise<EdgeView[]> => {
      const { sites } = await client.get<Overview>('/overview');
      return sites.flatMap((site) => site.edges);
    };
    const before = (await edges()).map(({ desiredVersion }) => desiredVersion);
    await client.patch(`/campaigns/${fleet.campaign}`, { wrapUpSeconds: 7 });
    const inForce = async (): Promise<boolean> =>
      (await edges()).every(
        ({ desiredVersion, reported }, i) =>
          desiredVersion > before[i]! && reported?.version === desiredVersion,
      );
    expect(await eventually('every branch having the change in force', inForce, 5000)).toBe(true);
  });
});

describe.skipIf(withoutEngines)('controllers with roles on one database', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({ controllers: ['api', 'ingest,planner', 'ingest,planner'] });
    await fleet.dial();
    await fleet.dialsOn(5);
  });
  afterAll(() => fleet?.[Symbol.asyncDispose]());

  test('the one for people works for nobody else, and either worker takes over from the other within 10 s', async () => {
    const victim = await holder(fleet);
    expect([1, 2]).toContain(victim);
    await fleet.center.kill(victim);
    await takenOverBy(fleet, 3 - victim);
    await fleet.agentsAtWork(15_000);
    await fleet.dialsOn(15);
    await fleet.center.start(victim);
    expect(await fleet.proof()).toMatchObject(allWell);
  });

  test('without the one for people branches go on, and nothing of it is lost', async () => {
    await fleet.center.wake();
    await fleet.dial();
    await fleet.center.kill(0);
    await fleet.dialsOn(15);
    await fleet.center.start(0);
    expect(await fleet.proof()).toMatchObject(allWell);
  });
});

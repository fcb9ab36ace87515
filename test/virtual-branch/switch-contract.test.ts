import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from './contract/index.ts';
import { openVirtualLaboratory } from './contract/virtual-laboratory.ts';
import type { VirtualLaboratory } from './contract/virtual-laboratory.ts';

describe('the virtual switch does what a real one does', () => {
  let laboratory: VirtualLaboratory;
  beforeAll(async () => {
    laboratory = await openVirtualLaboratory();
  });
  afterAll(() => laboratory.close());

  it.each(scenarios.filter((each) => each.exclusive === true))('$name', async (scenario) => {
    await expect(scenario.run(laboratory)).resolves.toBeUndefined();
  });
  it.concurrent.each(scenarios.filter((each) => each.exclusive !== true))('$name', async (scenario) => {
    await expect(scenario.run(laboratory)).resolves.toBeUndefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../virtual-branch/contract/index.ts';
import { findSwitch, openRealLaboratory } from '../virtual-branch/contract/real-laboratory.ts';
import type { RealLaboratory } from '../virtual-branch/contract/real-laboratory.ts';

const found = findSwitch();
const reason = 'missing' in found ? ` (skipped: ${found.missing})` : '';

describe.skipIf('missing' in found)(`a real FreeSWITCH does what the branch relies on${reason}`, () => {
  let laboratory: RealLaboratory;
  beforeAll(async () => {
    if ('binary' in found) laboratory = await openRealLaboratory(found.binary);
  });
  afterAll(() => laboratory.close());

  it.each(scenarios)('$name', async (scenario) => {
    await expect(scenario.run(laboratory)).resolves.toBeUndefined();
  });
});

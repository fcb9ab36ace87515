import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOverlayProblem, Overlay, SiteAddress, siteAddress } from './overlay.ts';
import { inboundQueue, type QueueExit } from './queues.ts';
import { findProblem } from './validate.ts';

const anyAddress = fc.ipV4();
const fits = (address: string, port = 5070): boolean => findProblem(Overlay, { address, port }) === undefined;

test('every address in a network is an overlay address, and what comes of it is where other boxes call', () => {
  fc.assert(
    fc.property(
      anyAddress,
      fc.integer({ min: 8, max: 32 }),
      fc.integer({ min: 1024, max: 65_535 }),
      (address, bits, port) => {
        const overlay = { address: `${address}/${bits}`, port };
        expect(findProblem(Overlay, overlay)).toBeUndefined();
        expect(siteAddress(overlay)).toBe(`${address}:${port}`);
        expect(findProblem(SiteAddress, siteAddress(overlay))).toBeUndefined();
      },
    ),
  );
});

test.each([
  '10.99.0.3',
  '10.99.0.3/0',
  '10.99.0.3/33',
  '256.0.0.1/16',
  'fd00::1/64',
  'box.example/16',
  '10.99.0.3/16 ',
  '',
])('an overlay does not have the address "%s"', (address) => expect(fits(address)).toBe(false));

test('a way to another site is refused at its place where no other site can answer', () => {
  const away: QueueExit = { to: 'site' };
  const queues = [inboundQueue, { ...inboundQueue, id: 'second' }];
  const withSecond = (change: object) => [inboundQueue, { ...inboundQueue, id: 'second', ...change }];
  expect(findOverlayProblem(undefined, queues)).toBeUndefined();
  expect(
    findOverlayProblem(undefined, withSecond({ overflow: [{ afterSeconds: 1, exit: away }] }))?.place,
  ).toBe('/queues/1/overflow/0');
  expect(findOverlayProblem(undefined, withSecond({ exit: away }))?.place).toBe('/queues/1/exit');
  expect(findOverlayProblem(undefined, withSecond({ closedExit: away }))?.place).toBe('/queues/1/closedExit');
  expect(
    findOverlayProblem({ address: '10.99.0.3/16', port: 5070 }, withSecond({ closedExit: away })),
  ).toBeUndefined();
});

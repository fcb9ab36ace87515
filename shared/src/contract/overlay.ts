import Type, { type Static } from 'typebox';
import { closed } from './primitives.ts';
import type { Queue } from './queues.ts';

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = `${octet}(?:\\.${octet}){3}`;

/** Where a box takes calls of other sites: IPv4 address and SIP port inside the overlay. */
export const SiteAddress = Type.String({ pattern: `^${ipv4}:\\d{2,5}$` });

/** The network that joins the boxes of all sites: WireGuard in the field, loopback in tests. */
export const Overlay = closed({
  /** The box's own address and how much of it is the network's, as WireGuard's `Address` has it: `10.99.0.3/16`. */
  address: Type.String({ pattern: `^${ipv4}/(?:3[0-2]|[12]\\d|[89])$` }),
  /** SIP port for calls of other sites, on that address alone. */
  port: Type.Integer({ minimum: 1024, maximum: 65_535 }),
});
export type Overlay = Static<typeof Overlay>;

/** The line of calls that came from another site: no line of a box has the name. */
export const guestLine = '@site';

/** Address and port at which other boxes call this one. */
export function siteAddress({ address, port }: Overlay): string {
  return `${address.split('/')[0]}:${port}`;
}

/** A way out that leads to another site from a box that none is reached from, with its place. */
export function findOverlayProblem(
  overlay: Overlay | undefined,
  queues: readonly Pick<Queue, 'overflow' | 'exit' | 'closedExit'>[],
): { readonly place: string; readonly problem: string } | undefined {
  if (overlay) return undefined;
  for (const [i, { overflow, exit, closedExit }] of queues.entries()) {
    const ways = [
      ...overflow.map((way, o) => ({ place: `overflow/${o}`, to: way.exit.to })),
      { place: 'exit', to: exit.to },
      { place: 'closedExit', to: closedExit.to },
    ];
    const found = ways.find(({ to }) => to === 'site');
    if (found)
      return {
        place: `/queues/${i}/${found.place}`,
        problem:
          'other sites are reached over the overlay: state the address of this box in it (/overlay) first',
      };
  }
  return undefined;
}

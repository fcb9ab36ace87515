import type { Line, LineKind } from '@branchline/shared';

/** Where FreeSWITCH is told to send a call. */
export type LineTarget =
  | { readonly gateway: string; readonly number: string }
  /** Over FreeTDM; a free timeslot is looked for from the lowest up or from the highest down. */
  | { readonly span: string; readonly hunt: 'up' | 'down'; readonly number: string };

/** How calls go out on some kinds of lines; all five kinds share this one interface. */
export interface LineDriver {
  readonly kinds: ReadonlySet<LineKind>;
  /** Whether calls can be placed on a line as it is configured. */
  canDial(line: Line): boolean;
  target(line: Line, number: string): LineTarget;
}

/** Lines that FreeSWITCH reaches as SIP gateways: trunks, E1 gateways, the voice side of GSM gateways. */
export const sipLines: LineDriver = {
  kinds: new Set<LineKind>(['sip-trunk', 'e1-gateway', 'gsm-gateway']),
  canDial: ({ sip }) => sip !== undefined,
  target: ({ id, sip }, number) => ({ gateway: id, number: `${sip?.prefix ?? ''}${number}` }),
};

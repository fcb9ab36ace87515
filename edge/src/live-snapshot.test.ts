import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inboundCall, outboundCall, type Call } from './calls/index.ts';
import { callCounts, outgoingCalls } from './live-snapshot.ts';

const phases = [
  'dialing',
  'ringing',
  'early',
  'answered',
  'waiting',
  'talking',
  'parked',
  'message',
] as const;
const anyCall = fc.record({
  phase: fc.constantFrom(...phases),
  startedAt: fc.nat(1000),
  inbound: fc.boolean(),
});

function callOf(
  { phase, startedAt, inbound }: { phase: Call['phase']; startedAt: number; inbound: boolean },
  i: number,
): Call {
  const shared = { id: `c${i}`, conversation: 'v', customer: '139', line: 'x', at: startedAt };
  const call = inbound
    ? inboundCall({ ...shared, leg: `l${i}`, did: '1', recordTo: 'f' })
    : outboundCall({ ...shared, callerId: '1', campaign: 'k', lead: 'l', attempt: 'a' });
  return { ...call, phase };
}

test('the oldest calls that are dialed or ring are named, as many as there are or may be', () => {
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 40 }), fc.nat(15), (stated, most) => {
      const calls = stated.map(callOf);
      const shown = outgoingCalls(calls, most);
      const counted = callCounts(calls);
      expect(shown).toHaveLength(Math.min(most, counted.dialing + counted.ringing));
      const newest = Math.max(-1, ...shown.map(({ startedAt }) => startedAt));
      const left = calls.filter(
        (call) => !shown.includes(call) && ['dialing', 'ringing', 'early'].includes(call.phase),
      );
      for (const { startedAt } of left) expect(startedAt).toBeGreaterThanOrEqual(newest);
      expect(shown.map(({ startedAt }) => startedAt)).toEqual(
        shown.map(({ startedAt }) => startedAt).toSorted((a, b) => a - b),
      );
    }),
  );
});

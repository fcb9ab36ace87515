import type { Language } from '@branchline/shared';
import type { BoxFacts } from '@branchline/edge/box';
import { layerOf, type Check, type CheckName, type CheckResult } from './check.ts';
import { fill, wordsIn } from './words.ts';

/** Shares of the disk from which it deserves a look, and from which it is too full. */
const disk = { warn: 0.85, fail: 0.95 } as const;

/** The box itself: what all lines stand on. Pure. */
export function boxChecks(facts: BoxFacts, language: Language): Check[] {
  const { detail, advice } = wordsIn(language);
  const { running, uplink, clock, overlay, phones } = facts;
  const one = (check: CheckName, result: CheckResult, found: string, todo = ''): Check => ({
    layer: layerOf[check],
    check,
    result,
    detail: found.trim(),
    advice: result === 'ok' || result === 'skip' ? '' : todo,
  });
  const hasPlan = facts.lines.length > 0;
  const used = fill(detail.disk, { percent: Math.round(facts.disk * 100) });
  return [
    running
      ? one('edge', 'ok', fill(detail['edge-runs'], { edge: facts.edge }))
      : one('edge', 'warn', detail['edge-stopped'], advice['start-edge']),
    hasPlan
      ? one('plan', 'ok', fill(detail.plan, { version: facts.configuration }))
      : one('plan', 'fail', detail['no-plan'], advice.plan),
    uplink
      ? uplink.up
        ? one('center', 'ok', fill(detail.up, { what: uplink.url }))
        : one('center', 'fail', detail.down, fill(advice.center, { url: uplink.url }))
      : one('center', 'skip', detail['unknown-stopped']),
    one(
      'clock',
      ({ trusted: 'ok', holdover: 'warn', untrusted: running ? 'fail' : 'warn' } as const)[clock],
      detail[`clock-${clock}`],
      advice.clock,
    ),
    one(
      'disk',
      facts.disk >= disk.fail ? 'fail' : facts.disk >= disk.warn ? 'warn' : 'ok',
      used,
      advice.disk,
    ),
    facts.switch.up
      ? one('switch', 'ok', fill(detail.up, { what: /\d+(?:\.\d+)+/.exec(facts.switch.version)?.[0] ?? '' }))
      : one('switch', 'fail', detail.down, advice.switch),
    ...(overlay
      ? [
          overlay.up
            ? one('overlay', 'ok', fill(detail.up, { what: overlay.address }))
            : one('overlay', 'fail', detail.down, fill(advice.overlay, { address: overlay.address })),
        ]
      : []),
    phones
      ? one(
          'phones',
          phones.registered < phones.all ? 'warn' : 'ok',
          fill(detail.phones, phones),
          advice.phones,
        )
      : one('phones', 'skip', detail['unknown-stopped']),
  ];
}

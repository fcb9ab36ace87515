import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanFixture } from '../../../testing/span-laboratory.ts';
import { channelList, readChannelList } from './channel-list.ts';
import {
  checkSpanFiles,
  numberSpans,
  planDialString,
  readFreetdmXml,
  renderPlan,
  type ConfigFinding,
  type SpanPlan,
  type TrunkPlan,
} from './index.ts';

const e1: SpanPlan = {
  name: 'e1_1',
  kind: 'e1',
  switchType: 'euroisdn',
  companding: 'alaw',
  crc4: true,
  timing: 1,
  echoCanceller: 'mg2',
  group: 'trunk_a',
  context: 'from-pstn',
};
const second: SpanPlan = { ...e1, name: 'e1_2', timing: 2 };
const t1: SpanPlan = {
  name: 't1_3',
  kind: 't1',
  switchType: 'ni2',
  companding: 'mulaw',
  timing: 0,
  echoCanceller: 'none',
  group: 'trunk_b',
  context: 'from-pbx',
  networkSide: true,
};
const plan = (...spans: readonly SpanPlan[]): TrunkPlan => ({ spans, zone: 'cn' });
const told = (findings: readonly ConfigFinding[]): string[] =>
  findings.map(({ line, severity, problem }) => `${line} ${severity} ${problem}`);

describe('a plan', () => {
  test('becomes the files of the reference', () => {
    const { systemConf, freetdmXml } = renderPlan(plan(e1));
    const settings = (text: string): string[] => text.split('\n').filter((line) => /^[a-z]/.test(line));
    expect(settings(systemConf)).toEqual(settings(spanFixture('system-e1.conf')));
    const [written] = readFreetdmXml(freetdmXml).spans;
    const pairs = ({ params }: NonNullable<typeof written>): string[] =>
      params.map(({ name, value }) => `${name}=${value}`);
    expect(pairs(written!)).toEqual(
      expect.arrayContaining(pairs(readFreetdmXml(spanFixture('freetdm.conf.xml')).spans[0]!)),
    );
  });

  test('counts channels through all spans', () => {
    const { systemConf, freetdmConf } = renderPlan(plan(e1, second, { ...e1, name: 'e1_3', timing: 0 }));
    expect(systemConf.match(/^(bchan|dchan)=.*$/gm)).toEqual([
      'bchan=1-15,17-31',
      'dchan=16',
      'bchan=32-46,48-62',
      'dchan=47',
      'bchan=63-77,79-93',
      'dchan=78',
    ]);
    expect(freetdmConf).toContain(
      '[span zt e1_2]\ntrunk_type => E1\ngroup => trunk_a\nb-channel => 32-46\nd-channel => 47\nb-channel => 48-62\n',
    );
  });

  test.each<readonly [string, Partial<SpanPlan>]>([
    ['"qsig" is no switch type', { switchType: 'qsig' as SpanPlan['switchType'] }],
    ['"national" is no switch type', { switchType: 'national' as SpanPlan['switchType'] }],
    ['an E1 speaks A-law', { companding: 'mulaw' }],
    ['a T1 has no CRC4', { ...t1, crc4: true }],
    ['cannot be used as', { name: '1' }],
    ['cannot be used as', { name: undefined as unknown as string }],
    ['cannot be used as', { group: 'a/b' }],
    ['cannot be used as', { context: 'x"/><param name="y' }],
    ['lbo is', { lbo: 8 }],
    ['timing is', { timing: -1 }],
    ['"x" is no echo canceller', { echoCanceller: 'x' as 'mg2' }],
    ['"up down" is no way to hunt', { hunting: 'up down' as 'up' }],
  ])('is refused: %s', (problem, wrong) => {
    expect(() => renderPlan(plan({ ...e1, ...wrong }))).toThrow(problem);
  });

  test('is refused when two spans are the same choice for the clock, or have one name', () => {
    expect(() => renderPlan(plan(e1, { ...second, timing: 1 }))).toThrow('choice 1 for the clock');
    expect(() => renderPlan(plan(e1, { ...second, name: 'e1_1' }))).toThrow('the same name');
    expect(() => renderPlan({ spans: [e1], zone: 'xx' })).toThrow('no tones');
    expect(() => renderPlan(plan())).toThrow('no span');
  });

  test('that is rendered has no mistakes, whatever it is', () => {
    const span = fc.record({
      kind: fc.constantFrom('e1' as const, 't1' as const),
      switchType: fc.constantFrom('euroisdn' as const, 'ni2' as const, '5ess' as const),
      networkSide: fc.boolean(),
      crc4: fc.boolean(),
      lbo: fc.integer({ min: 0, max: 7 }),
      overlap: fc.constantFrom('no' as const, 'both' as const, 'incoming' as const),
      echoCanceller: fc.constantFrom('mg2' as const, 'oslec' as const, 'none' as const),
    });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 8 }), (spans) => {
        const made = spans.map((each, i): SpanPlan => ({
          ...each,
          name: `s_${i + 1}`,
          companding: each.kind === 'e1' ? 'alaw' : 'mulaw',
          crc4: each.kind === 'e1' && each.crc4,
          timing: i + 1,
          group: 'g',
          context: 'from-pstn',
        }));
        expect(checkSpanFiles(renderPlan(plan(...made)))).toEqual([]);
        const channels = numberSpans(plan(...made)).flatMap(({ bearers, signalling }) => [
          ...bearers,
          signalling,
        ]);
        expect(channels.toSorted((a, b) => a - b)).toEqual(channels.map((_, i) => i + 1));
      }),
      { numRuns: 60 },
    );
  });

  test('is dialed against the direction of the carrier unless it says otherwise', () => {
    expect(planDialString(e1, '13900139000')).toBe('freetdm/trunk_a/A/13900139000');
    expect(planDialString({ ...e1, hunting: 'round-up' }, '*31#1')).toBe('freetdm/trunk_a/r/*31#1');
  });

  test('lists of channels are read as they are written', () => {
    const rising = fc
      .uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 })
      .map((list) => list.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(rising, (list) => {
        expect(readChannelList(channelList(list))).toEqual(list);
      }),
    );
    for (const wrong of ['', '0', '5-3', 'a', '1-', '1,,2', '1-99999'])
      expect(readChannelList(wrong)).toBeUndefined();
  });
});

test('files are held against each other', () => {
  const files = renderPlan(plan(e1));
  const system = checkSpanFiles({
    ...files,
    systemConf: files.systemConf.replace('dchan', 'mtp2').replace('bchan', 'dacs'),
  });
  expect(told(system)).toContain('4 error channel 1 is dacs in system.conf');
  const renamed = checkSpanFiles({ ...files, freetdmXml: files.freetdmXml.replace('e1_1', 'e1_7') });
  expect(told(renamed)).toEqual(
    expect.arrayContaining([
      '1 error freetdm.conf.xml has no span "e1_1": nobody signals on it',
      '3 error freetdm.conf has no span "e1_7"',
    ]),
  );
});

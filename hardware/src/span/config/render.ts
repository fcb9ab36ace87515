import { create } from 'xmlbuilder2';
import { channelList } from './channel-list.ts';
import { numberSpans, type PlannedSpan, type SpanPlan, type TrunkPlan } from './plan.ts';

/** What a plan becomes: the contents of `/etc/dahdi/system.conf`, `freetdm.conf` and `freetdm.conf.xml`. */
export interface SpanFilesOfPlan {
  readonly systemConf: string;
  readonly freetdmConf: string;
  readonly freetdmXml: string;
}

/** @throws BranchlineError `BL_SPAN_PLAN` */
export function renderPlan(plan: TrunkPlan): SpanFilesOfPlan {
  const spans = numberSpans(plan);
  return {
    systemConf: `${[...spans.flatMap(systemLines), `loadzone=${plan.zone}`, `defaultzone=${plan.zone}`].join('\n')}\n`,
    freetdmConf: spans.map(freetdmSection).join('\n'),
    freetdmXml: libpriXml(spans),
  };
}

function systemLines(span: PlannedSpan): string[] {
  const { number, timing, lbo = 0, bearers, signalling, echoCanceller } = span;
  const line = lineConfigOf(span).map((word) => word.toLowerCase());
  return [
    `# ${span.name}`,
    `span=${[number, timing, lbo, ...line].join(',')}`,
    `bchan=${channelList(bearers)}`,
    `dchan=${signalling}`,
    ...(echoCanceller === 'none' ? [] : [`echocanceller=${echoCanceller},${channelList(bearers)}`]),
  ];
}

/** Settings hold for the channels below them, so they come first; `trunk_type` before all others. */
function freetdmSection({ name, kind, group, bearers, signalling }: PlannedSpan): string {
  const ofBearers = (channels: readonly number[]): string[] =>
    channels.length === 0 ? [] : [`b-channel => ${channelList(channels)}`];
  return [
    `[span zt ${name}]`,
    `trunk_type => ${kind.toUpperCase()}`,
    `group => ${group}`,
    ...ofBearers(bearers.filter((channel) => channel < signalling)),
    `d-channel => ${signalling}`,
    ...ofBearers(bearers.filter((channel) => channel > signalling)),
    '',
  ].join('\n');
}

function libpriXml(spans: readonly PlannedSpan[]): string {
  const root = create().ele('configuration', { name: 'freetdm.conf', description: 'FreeTDM' });
  const section = root.ele('libpri_spans');
  for (const span of spans) {
    const element = section.ele('span', { name: span.name });
    for (const [name, value] of Object.entries(libpriParams(span))) element.ele('param', { name, value });
  }
  return `${root.end({ prettyPrint: true, headless: true })}\n`;
}

/** All that is ever written of a span's signalling, by libpri's names: an unknown one would abort the span. */
export function libpriParams(
  span: Pick<SpanPlan, 'networkSide' | 'switchType' | 'companding' | 'ton' | 'overlap' | 'context'>,
): Readonly<Record<string, string>> {
  return {
    node: span.networkSide ? 'net' : 'cpe',
    switch: span.switchType,
    l1: span.companding === 'alaw' ? 'alaw' : 'ulaw',
    dp: span.ton ?? 'unknown',
    overlapdial: span.overlap ?? 'no',
    dialplan: 'XML',
    context: span.context,
  };
}

/** What `/proc/dahdi` must show of a planned span, for `SpanOptions.config`. */
export function lineConfigOf({ kind, crc4 }: Pick<SpanPlan, 'kind' | 'crc4'>): string[] {
  return kind === 'e1' ? ['CCS', 'HDB3', ...(crc4 ? ['CRC4'] : [])] : ['ESF', 'B8ZS'];
}

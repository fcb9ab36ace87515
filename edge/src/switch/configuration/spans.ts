import { libpriParams } from '@branchline/hardware';
import type { Line } from '@branchline/shared';
import { spanTarget } from '../dial-string.ts';
import { configuration, params, type Xml } from './xml.ts';

type SpanLine = Line & { readonly span: NonNullable<Line['span']> };

/** FreeSWITCH's module for E1/T1 cards; not part of FreeSWITCH itself, so it is asked for only where there is a card. */
export const spanModule = 'mod_freetdm';

/** The lines that are spans of a card in this box. */
export function spanLines(lines: readonly Line[]): readonly SpanLine[] {
  return lines.filter((line): line is SpanLine => line.enabled && line.span !== undefined);
}

/**
 * How the spans signal; what their channels are stands in `freetdm.conf` and `system.conf`, which belong to the card.
 * @param context of the dialplan for calls that come in
 */
export function renderSpans(section: Xml, lines: readonly Line[], context: string): void {
  const spans = spanLines(lines);
  if (spans.length === 0) return;
  configuration(section, 'freetdm', (root) => {
    const list = root.ele('libpri_spans');
    for (const { span } of spans)
      params(
        list.ele('span', { name: span.name }),
        libpriParams({
          switchType: span.switchType ?? (span.type === 'e1' ? 'euroisdn' : 'ni2'),
          companding: span.type === 'e1' ? 'alaw' : 'mulaw',
          context,
        }),
      );
  });
}

/** Calls that come in over a span carry its line. */
export function nameSpans(context: Xml, lines: readonly Line[]): void {
  for (const { id, span } of spanLines(lines))
    context
      .ele('extension', { name: `span-${id}`, continue: true })
      .ele('condition', { field: '${freetdm_span_name}', expression: `^${span.name}$` })
      .ele('action', { application: 'set', data: `bl_line=${id}`, inline: true });
}

/** What the dialplan bridges to over a span, with `$1` as the number. */
export function spanBridge({ span }: SpanLine): string {
  return spanTarget(span.name, span.hunt, '0').replace(/0$/, '$1');
}

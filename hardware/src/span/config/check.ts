import { Findings, type ConfigFinding } from './finding.ts';
import { readFreetdmConf, type FreetdmSpan } from './freetdm-conf.ts';
import { readFreetdmXml } from './freetdm-xml.ts';
import type { SpanFilesOfPlan } from './render.ts';
import { readSystemConf, type SystemConf } from './system-conf.ts';

/** All mistakes of the three files, alone and beside each other. */
export function checkSpanFiles(files: SpanFilesOfPlan): readonly ConfigFinding[] {
  const system = readSystemConf(files.systemConf);
  const conf = readFreetdmConf(files.freetdmConf);
  const xml = readFreetdmXml(files.freetdmXml, (span) => conf.spans.find(({ name }) => name === span)?.kind);
  const beside = new Findings('freetdm.conf');
  for (const span of conf.spans) checkChannels(beside, span, system);
  const inXml = new Findings('freetdm.conf.xml');
  for (const { line, name } of xml.spans)
    if (!conf.spans.some((span) => span.name === name))
      inXml.error(line, `freetdm.conf has no span "${name}"`, 'Use the same name in both files.');
  for (const { line, name, kind } of conf.spans)
    if (kind && !xml.names.has(name))
      beside.error(
        line,
        `freetdm.conf.xml has no span "${name}": nobody signals on it`,
        'Add it to <libpri_spans>.',
      );
  return [...system.findings, ...conf.findings, ...beside.all, ...xml.findings, ...inXml.all];
}

/** Both files must use a channel for the same. */
function checkChannels(findings: Findings, span: FreetdmSpan, { channels }: SystemConf): void {
  if (span.io !== 'zt') return;
  for (const { line, use, channels: list } of span.channels) {
    const wrong = list.filter((channel) => channels.get(channel)?.use !== use);
    const [first] = wrong;
    if (first === undefined) continue;
    const is = channels.get(first)?.keyword ?? 'nothing';
    findings.error(
      line,
      `channel ${first} is ${is} in system.conf`,
      'Give the same channels the same use in both files.',
    );
  }
}

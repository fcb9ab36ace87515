import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { BranchlineError } from '@branchline/shared';

export type Xml = XMLBuilder;

/** Text from outside that may stand in FreeSWITCH's XML: nothing that its own expansion would act on. */
export function plain(place: string, value: string): string {
  if (/[\r\n\0${}]/.test(value)) {
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place,
      problem: 'line ends, $, { and } are not allowed',
    });
  }
  return value;
}

/** `<param name=… value=…/>` for each entry. */
export function params(parent: Xml, values: Readonly<Record<string, string | number | boolean>>): void {
  for (const [name, value] of Object.entries(values)) parent.ele('param', { name, value: String(value) });
}

/** One `<configuration name="….conf">` of the section `configuration`. */
export function configuration(section: Xml, name: string, build: (configuration: Xml) => void): void {
  build(section.ele('configuration', { name: `${name}.conf`, description: name }));
}

/** Renders one element by itself, so that parts can be compared. */
export function fragment(name: string, build: (element: Xml) => void): string {
  const element = create().ele(name);
  build(element);
  return element.toString({ prettyPrint: false });
}

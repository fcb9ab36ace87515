import type { SwitchCore } from '../core.ts';
import { SwitchConfigurationError, parseConfiguration } from '../configuration.ts';
import { XmlSyntaxError } from '../xml-tree.ts';

/** Where the document lies; set by whoever started the switch. */
export interface ConfigurationSource {
  read(): string;
}

const sources = new WeakMap<SwitchCore, ConfigurationSource>();

export function setConfigurationSource(core: SwitchCore, source: ConfigurationSource): void {
  sources.set(core, source);
}

/**
 * Reads the document again. Limits stay as they were set, a broken document leaves the old tree in place.
 * @returns `Success`, or the error in the switch's words
 */
export function reloadXml(core: SwitchCore): string {
  const source = sources.get(core);
  if (!source) return 'Success';
  try {
    core.configuration = parseConfiguration(source.read(), core.globals);
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof SwitchConfigurationError) return error.message;
    return 'Cannot Open log directory or XML Root!';
  }
  core.emit('RELOADXML');
  return 'Success';
}

/** What a `TRAP` event of FreeTDM is worth: look again at this span. */
export interface FtdmTrap {
  readonly span: string;
  readonly channel: number;
  readonly alarmed: boolean;
}

/**
 * Reads a `TRAP` event. Its words for the alarm are not read: over DAHDI they are other alarms' (the bits of DAHDI are taken for
 * FreeTDM's own, so that a red line is called blue).
 * @returns undefined for an event of another kind, e.g. a short message of a GSM span
 */
export function readTrap(headers: Readonly<Record<string, unknown>>): FtdmTrap | undefined {
  const { condition, 'span-name': span, 'chan-number': channel } = headers;
  if (condition !== 'ftdm-alarm-trap' && condition !== 'ftdm-alarm-clear') return undefined;
  if (typeof span !== 'string' || !/^[1-9]\d{0,3}$/.test(String(channel))) return undefined;
  return { span, channel: Number(channel), alarmed: condition === 'ftdm-alarm-trap' };
}

/** How fast errors come, over the last minutes. */
export interface LineRates {
  readonly slipsPerHour: number;
  readonly crcPerMinute: number;
  readonly ebitPerMinute: number;
  readonly fasPerMinute: number;
  readonly bpvPerMinute: number;
  readonly irqMissesPerMinute: number;
}

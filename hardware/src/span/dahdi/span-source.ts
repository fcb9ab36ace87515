import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BranchlineError, problemOf } from '@branchline/shared';
import { spanAlarms, type SpanAlarm, type SpanLine } from '../span.ts';
import { alarmBits } from '../span-shape.ts';
import { readProcSpan } from './proc-span.ts';

/** One channel as the driver shows it. */
export interface DriverChannel {
  /** Among those of all spans of the box, from 1. */
  readonly channel: number;
  /** E.g. `TE2/0/1/16`. */
  readonly name: string;
  /** `Clear` carries voice, `HDLCFCS` and `Hardware-assisted HDLC` signalling. */
  readonly signalling: string;
  readonly inUse: boolean;
  /** It is in an alarm of its own or of the line. */
  readonly alarmed: boolean;
  readonly echoCanceller?: { readonly name: string; readonly active: boolean };
}

export interface SpanReading {
  readonly line: SpanLine;
  readonly channels: readonly DriverChannel[];
}

/** What came of a look at a span. */
export type SpanLook =
  | { readonly found: 'reading'; readonly reading: SpanReading }
  | { readonly found: 'driver-missing' | 'span-missing' | 'garbage'; readonly problem: string };

/** Where spans are read from. Never rejects: what goes wrong is a look, too. */
export interface SpanSource {
  look(span: number): Promise<SpanLook>;
}

export interface FileSpanSourceOptions {
  /** Default `/proc/dahdi`. */
  readonly proc?: string;
  /** Default `/sys/bus/dahdi_spans/devices`. */
  readonly sys?: string;
}

/** More than any span says, bytes. */
const largestFile = 64 * 1024;

/** Spans as DAHDI shows them in files: `/proc` for all, sysfs for the alarms where it is there, because it tells more. */
export function fileSpanSource(options: FileSpanSourceOptions = {}): SpanSource {
  const { proc = '/proc/dahdi', sys = '/sys/bus/dahdi_spans/devices' } = options;
  return {
    async look(span) {
      try {
        const { line, channels } = readProcSpan(await small(join(proc, String(span))));
        const alarms = await sysfsAlarms(join(sys, `span-${span}`, 'alarms'));
        return {
          found: 'reading',
          reading: { line: alarms ? { ...line, alarms } : line, channels },
        };
      } catch (error) {
        const problem = problemOf(error);
        if (!isMissing(error)) return { found: 'garbage', problem };
        const driver = await stat(proc).catch(() => undefined);
        return { found: driver ? 'span-missing' : 'driver-missing', problem };
      }
    },
  };
}

async function small(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length > largestFile)
    throw new BranchlineError('BL_SPAN_GARBAGE', { source: path, problem: `it has ${bytes.length} bytes` });
  return bytes.toString('utf8');
}

/** Undefined where sysfs has none, or something else: then `/proc` counts. */
async function sysfsAlarms(path: string): Promise<SpanAlarm[] | undefined> {
  const text = await small(path).catch(() => '');
  const hex = /^0x([0-9a-f]{1,8})\s*$/i.exec(text)?.[1];
  if (hex === undefined) return undefined;
  const bits = Number.parseInt(hex, 16);
  return spanAlarms.filter((alarm) => (bits & alarmBits[alarm]) !== 0);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

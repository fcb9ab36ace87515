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

/** Files, for tests of those that are not on a disk. */
export interface SpanFiles {
  /** Rejects with the code `ENOENT` when there is none. */
  read(path: string): Promise<string>;
  isThere(path: string): Promise<boolean>;
}

export interface FileSpanSourceOptions {
  /** Default `/proc/dahdi`. */
  readonly proc?: string;
  /** Default `/sys/bus/dahdi_spans/devices`. */
  readonly sys?: string;
  readonly files?: SpanFiles;
}

/** More than any span says, bytes. */
const largestFile = 64 * 1024;

const diskFiles: SpanFiles = {
  async read(path) {
    const bytes = await readFile(path);
    if (bytes.length > largestFile)
      throw new BranchlineError('BL_SPAN_GARBAGE', { source: path, problem: `it has ${bytes.length} bytes` });
    return bytes.toString('utf8');
  },
  isThere: (path) =>
    stat(path).then(
      () => true,
      () => false,
    ),
};

/** Spans as DAHDI shows them in files: `/proc` for all, sysfs for the alarms where it is there, because it tells more. */
export function fileSpanSource(options: FileSpanSourceOptions = {}): SpanSource {
  const { proc = '/proc/dahdi', sys = '/sys/bus/dahdi_spans/devices', files = diskFiles } = options;
  return {
    async look(span) {
      try {
        const { line, channels } = readProcSpan(await files.read(join(proc, String(span))));
        const hex = await files.read(join(sys, `span-${span}`, 'alarms')).catch(() => '');
        const reading = { line: { ...line, alarms: sysfsAlarms(hex) ?? line.alarms }, channels };
        return { found: 'reading', reading };
      } catch (error) {
        const problem = problemOf(error);
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return { found: 'garbage', problem };
        return { found: (await files.isThere(proc)) ? 'span-missing' : 'driver-missing', problem };
      }
    },
  };
}

/** Undefined for what is no number: then `/proc` counts. */
function sysfsAlarms(text: string): SpanAlarm[] | undefined {
  const hex = /^0x([0-9a-f]{1,8})\s*$/i.exec(text)?.[1];
  if (hex === undefined) return undefined;
  const bits = Number.parseInt(hex, 16);
  return spanAlarms.filter((alarm) => (bits & alarmBits[alarm]) !== 0);
}

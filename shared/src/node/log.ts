import { pino, type Logger } from 'pino';

export type Log = Logger;

/**
 * The log for the person on duty: one JSON object a line on stderr, with `site`, `line`, `call`, `agent` where they apply.
 * @param part which program writes
 * @param level pino level; `BRANCHLINE_LOG_LEVEL` overrides the default `info`
 */
export function createLog(part: string, level = process.env['BRANCHLINE_LOG_LEVEL'] ?? 'info'): Log {
  return pino(
    { base: { part }, level, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** A log that says nothing: for tests. */
export const silentLog: Log = pino({ level: 'silent' });

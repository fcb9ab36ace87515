import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';

export interface DemoOptions {
  /** Port of the console; undefined: 8080 or, when that is taken, any free one. */
  readonly port: number | undefined;
  readonly home: string;
  /** Business ms per real ms. */
  readonly speed: number;
  /** End after so many finished calls. */
  readonly untilCalls: number | undefined;
  readonly report: string | undefined;
  /** Build and serve the console. */
  readonly console: boolean;
}

export const usage = `npm run demo -- [options]

  --port N           port of the console (default 8080)
  --home DIR         where everything is kept; a second start continues from it (default .demo)
  --speed N          how many times as fast the business clock runs, 0.1–200 (default 10)
  --until-calls N    end by itself after N finished calls
  --report FILE      with --until-calls: write what was measured as JSON
  --no-console       do not build the console: the API alone
  --help             this text`;

/** @throws Error with what is wrong, for people */
export function readDemoOptions(args: readonly string[], root: string): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      home: { type: 'string' },
      speed: { type: 'string', default: '10' },
      'until-calls': { type: 'string' },
      report: { type: 'string' },
      'no-console': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const untilCalls = integer('until-calls', values['until-calls'], 1, 10_000_000);
  if (values.report !== undefined && untilCalls === undefined)
    throw new Error('--report needs --until-calls N: a run without an end has nothing to report');
  const speed = Number(values.speed);
  if (!(speed >= 0.1 && speed <= 200))
    throw new Error(`--speed must be a number from 0.1 to 200, got "${values.speed}"`);
  return {
    port: integer('port', values.port, 1, 65_535),
    home: resolve(values.home ?? join(root, '.demo')),
    speed,
    untilCalls,
    report: values.report === undefined ? undefined : resolve(values.report),
    console: values['no-console'] !== true,
  };
}

function integer(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new Error(`--${name} must be a whole number from ${low} to ${high}, got "${text}"`);
  return value;
}

import { parseArgs } from 'node:util';
import type { ClockScale } from '@branchline/shared';
import type { AgentSeat } from './people/virtual-agents.ts';

/** What `main.ts` was told on its command line. */
export interface BranchOptions {
  readonly config: string;
  readonly scale: ClockScale;
  readonly seed: number;
  readonly agents: readonly AgentSeat[];
  readonly inboundPerHour: number;
  readonly gateway: string | undefined;
  readonly did: string | undefined;
  readonly maxWavSeconds: number;
  /** Folder of emulated E1/T1 spans, as `npm run emulate -- span` prints it. */
  readonly spans: string | undefined;
}

/** The command line cannot be understood; the message says which part. */
export class BranchOptionsError extends Error {
  override readonly name = 'BranchOptionsError';
}

/** Reads the command line of a virtual branch. @throws BranchOptionsError */
export function parseBranchOptions(argv: readonly string[], nowMs: number): BranchOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        scale: { type: 'string' },
        seed: { type: 'string', default: '1' },
        agents: { type: 'string', default: '[]' },
        'inbound-per-hour': { type: 'string', default: '0' },
        gateway: { type: 'string' },
        did: { type: 'string' },
        'max-wav-seconds': { type: 'string', default: '5' },
        spans: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new BranchOptionsError((error as Error).message);
  }
  if (values.config === undefined) throw new BranchOptionsError('--config DIR is missing');
  const inboundPerHour = number('inbound-per-hour', values['inbound-per-hour']);
  if (inboundPerHour > 0 && (values.gateway === undefined || values.did === undefined)) {
    throw new BranchOptionsError('--inbound-per-hour needs --gateway and --did');
  }
  return {
    config: values.config,
    scale: values.scale === undefined ? { speed: 1, real: nowMs, business: nowMs } : scale(values.scale),
    seed: number('seed', values.seed),
    agents: seats(values.agents),
    inboundPerHour,
    gateway: values.gateway,
    did: values.did,
    maxWavSeconds: number('max-wav-seconds', values['max-wav-seconds']),
    spans: values.spans,
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new BranchOptionsError(`--${name} must be a number ≥ 0, got "${text}"`);
  }
  return value;
}

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BranchOptionsError(`--${name} is not JSON`);
  }
}

function scale(text: string): ClockScale {
  const value = json('scale', text) as Partial<ClockScale> | null;
  const { speed, real, business } = value ?? {};
  if (typeof speed !== 'number' || typeof real !== 'number' || typeof business !== 'number' || !(speed > 0)) {
    throw new BranchOptionsError('--scale must be {"speed":>0,"real":ms,"business":ms}');
  }
  return { speed, real, business };
}

function seats(text: string): AgentSeat[] {
  const value = json('agents', text);
  if (!Array.isArray(value)) throw new BranchOptionsError('--agents must be a list');
  return value.map((each: unknown) => {
    const { extension, mode } = (each ?? {}) as Partial<AgentSeat>;
    if (typeof extension !== 'string' || (mode !== 'nailed' && mode !== 'ring')) {
      throw new BranchOptionsError('--agents: each needs {"extension":"…","mode":"nailed"|"ring"}');
    }
    return { extension, mode };
  });
}

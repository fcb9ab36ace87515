import { BranchlineError } from '../errors.ts';

/** What the operating system refuses, as one of the catalogue; everything else as it is. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof BranchlineError) return error;
  const { syscall, path, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  const problem = error.message;
  if (syscall === 'listen')
    return new BranchlineError('BL_CONFIG_ADDRESS', { address: `${address}:${port}`, problem }, error);
  if (syscall !== undefined && path !== undefined)
    return new BranchlineError('BL_CONFIG_PATH', { path, problem }, error);
  return error;
}

/** What a program says when it gives up: what happened, what to do next, and the code. */
export function lastWords(error: unknown): string {
  const known = explained(error);
  if (known instanceof BranchlineError) return `${known.message} ${known.advice} (${known.code})`;
  return known instanceof Error ? known.message : String(known);
}

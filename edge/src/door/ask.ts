import { request } from 'node:http';
import type { Static, TSchema } from 'typebox';
import { BranchlineError, check, problemOf } from '@branchline/shared';
import { doorPath } from './status.ts';

/** More than this is no answer of an edge, bytes. */
const longestAnswer = 16_000_000;

/**
 * Asks the edge that runs in a home.
 * @param deadlineMs longest wait for its answer
 * @throws BranchlineError `BL_EDGE_SILENT`, or `BL_COMMAND_FAILED` with what it refused and why
 */
export async function askDoor<S extends TSchema>(
  home: string,
  method: 'GET' | 'POST',
  path: string,
  schema: S,
  deadlineMs = 10_000,
): Promise<Static<S>> {
  const silent = (problem: string): BranchlineError =>
    new BranchlineError('BL_EDGE_SILENT', { home, problem });
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request({ socketPath: doorPath(home), method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > longestAnswer) asked.destroy(new Error('its answer has no end'));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    const timer = setTimeout(
      () => asked.destroy(new Error(`no answer within ${Math.round(deadlineMs / 1000)} s`)),
      deadlineMs,
    );
    asked.on('error', (error) => reject(silent(problemOf(error))));
    asked.on('close', () => clearTimeout(timer));
    asked.end();
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw silent(problemOf(error));
  }
  if (status === 200) return check(schema, value, 'BL_EDGE_SILENT', { home });
  const { message } = value as { readonly message?: unknown };
  throw new BranchlineError('BL_COMMAND_FAILED', {
    verb: path.replace(/\?.*/, ''),
    problem: typeof message === 'string' ? message.slice(0, 400) : `status ${status}`,
  });
}

import { Compile, type Validator } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import { BranchlineError, type ErrorCode } from '../errors.ts';
import { channels, maxPayloadBytes, type ChannelName, type Payload } from './topics.ts';

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  let validator = validators.get(schema);
  if (!validator) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

/** What is wrong with a value and where, for people; undefined when it fits. */
export function findProblem(schema: TSchema, value: unknown): { place: string; problem: string } | undefined {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return undefined;
  // A failed union lists the misfits of every branch; the deepest place is the one the sender meant.
  const errors = validator.Errors(value).toSorted((a, b) => depth(b.instancePath) - depth(a.instancePath));
  const first = errors[0];
  const problem = first?.message === 'schema is false' ? 'is not known here' : first?.message;
  return { place: first?.instancePath || '(the whole)', problem: problem ?? 'does not fit' };
}

function depth(path: string): number {
  return path.split('/').length;
}

/** The value as its schema's type. @throws BranchlineError with the given code (default `BL_API_INVALID`) */
export function check<const S extends TSchema>(
  schema: S,
  value: unknown,
  code: ErrorCode = 'BL_API_INVALID',
  details: Record<string, string> = {},
): Static<S> {
  const problem = findProblem(schema, value);
  if (problem) throw new BranchlineError(code, { ...details, ...problem });
  return value as Static<S>;
}

/**
 * Reads a message of the contract.
 * @throws BranchlineError `BL_CONTRACT_TOO_LARGE` or `BL_CONTRACT_PAYLOAD`
 */
export function decodePayload<C extends ChannelName>(
  channel: C,
  topic: string,
  bytes: Uint8Array,
): Payload<C> {
  if (bytes.byteLength > maxPayloadBytes) {
    throw new BranchlineError('BL_CONTRACT_TOO_LARGE', {
      topic,
      bytes: bytes.byteLength,
      limit: maxPayloadBytes,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BranchlineError('BL_CONTRACT_PAYLOAD', {
      topic,
      place: '(the whole)',
      problem: `not JSON in UTF-8 (${(error as Error).message.slice(0, 80)})`,
    });
  }
  return check(channels[channel].payload, value, 'BL_CONTRACT_PAYLOAD', { topic }) as Payload<C>;
}

/**
 * Writes a message of the contract; what does not fit its schema is not sent.
 * @throws BranchlineError `BL_CONTRACT_TOO_LARGE` or `BL_CONTRACT_PAYLOAD`
 */
export function encodePayload<C extends ChannelName>(channel: C, topic: string, payload: Payload<C>): string {
  check(channels[channel].payload, payload, 'BL_CONTRACT_PAYLOAD', { topic });
  const text = JSON.stringify(payload);
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > maxPayloadBytes)
    throw new BranchlineError('BL_CONTRACT_TOO_LARGE', { topic, bytes, limit: maxPayloadBytes });
  return text;
}

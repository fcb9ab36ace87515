import type { TSchema } from 'typebox';
import { Convert, Default } from 'typebox/value';
import type { ApiError } from '../api/index.ts';
import { findProblem } from '../contract/validate.ts';
import { BranchlineError, problemOf, type ErrorCode } from '../errors.ts';

/** What a failed request is answered with. */
export interface ErrorReply {
  readonly status: number;
  readonly body: ApiError;
  /** The failure is ours: it belongs into the log. */
  readonly unexpected: boolean;
}

/** Errors of Fastify and its plugins that the sender can do something about. */
const known: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BL_API_TOO_LARGE',
  FST_REQ_FILE_TOO_LARGE: 'BL_API_TOO_LARGE',
  FST_PARTS_LIMIT: 'BL_API_TOO_LARGE',
  FST_FILES_LIMIT: 'BL_API_TOO_LARGE',
  FST_FIELDS_LIMIT: 'BL_API_TOO_LARGE',
};

/**
 * Any error as an HTTP API of ours says it: a code of the catalogue, what happened, what to do.
 * @param own knows errors of a store behind the API that the sender can do something about
 */
export function toErrorReply(
  error: unknown,
  requestId: string,
  own: (error: Error) => BranchlineError | undefined = () => undefined,
): ErrorReply {
  const expected = asKnown(error, own);
  const failure = expected ?? new BranchlineError('BL_API_FAILED', {}, error);
  const place = failure.details['place'];
  return {
    status: failure.status,
    unexpected: expected === undefined,
    body: {
      code: failure.code,
      message: failure.message,
      advice: failure.advice,
      requestId,
      ...(typeof place === 'string' && { place }),
    },
  };
}

function asKnown(
  error: unknown,
  own: (error: Error) => BranchlineError | undefined,
): BranchlineError | undefined {
  if (error instanceof BranchlineError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const listed = known[code];
  if (listed) return new BranchlineError(listed, {}, error);
  if (status === 429) return new BranchlineError('BL_API_BUSY', {}, error);
  const told = own(error);
  if (told) return told;
  if (status < 400 || status >= 500) return undefined;
  return new BranchlineError(
    'BL_API_INVALID',
    { place: '(the request)', problem: problemOf(error).slice(0, 200) },
    error,
  );
}

/**
 * Checks requests with the validators of the contract, so that HTTP and MQTT refuse in the same words; what Fastify calls a validator
 * compiler. Texts of the address become numbers where the schema wants them; bodies are taken as they are.
 */
export function requestValidator({
  schema,
  httpPart,
}: {
  readonly schema: TSchema;
  readonly httpPart?: string | undefined;
}) {
  return (given: unknown) => {
    const textual = httpPart === 'querystring' || httpPart === 'params' || httpPart === 'headers';
    const value = textual ? Default(schema, Convert(schema, given)) : (given ?? {});
    const problem = findProblem(schema, value);
    if (!problem) return { value };
    const place = httpPart === 'body' ? problem.place : `${httpPart ?? 'request'}${problem.place}`;
    return { error: new BranchlineError('BL_API_INVALID', { place, problem: problem.problem }) };
  };
}

import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Convert, Default } from 'typebox/value';
import { BranchlineError, findProblem } from '@branchline/shared';

/**
 * Checks requests with the validators of the contract, so that the API and MQTT refuse in the same words. Texts of the
 * address become numbers where the schema wants them; bodies are taken as they are.
 */
export const requestValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  return (given: unknown) => {
    const textual = httpPart === 'querystring' || httpPart === 'params' || httpPart === 'headers';
    const value = textual ? Default(schema, Convert(schema, given)) : (given ?? {});
    const problem = findProblem(schema, value);
    if (!problem) return { value };
    const place = httpPart === 'body' ? problem.place : `${httpPart ?? 'request'}${problem.place}`;
    return { error: new BranchlineError('BL_API_INVALID', { place, problem: problem.problem }) };
  };
};

/** Answers are written as they are: their shape is proven by types and tests, not paid for on every request. */
export const replySerializer: FastifySerializerCompiler<TSchema> = () => (data) => JSON.stringify(data);

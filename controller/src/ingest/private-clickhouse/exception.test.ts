import { describe, expect, it } from 'vitest';
import { exception, exceptionOf, trailerOf } from './exception.ts';

describe('errors of the engine', () => {
  it('keep their code and get the status the server gives them', () => {
    const error = exceptionOf(new Error('Code: 60. DB::Exception: no table t. (UNKNOWN_TABLE)'));
    expect(error).toMatchObject({ code: 60, status: 404 });
    expect(exceptionOf(new Error('Code: 241. DB::Exception: memory. (MEMORY_LIMIT_EXCEEDED)')).status).toBe(
      500,
    );
  });

  it('of our own are told in the same form', () => {
    expect(exceptionOf(new Error('odd'))).toEqual({
      code: 1002,
      status: 500,
      text: 'Code: 1002. DB::Exception: odd. (BRANCHLINE_FRONT)',
    });
    expect(exception(516, undefined, 'no', 401).status).toBe(401);
  });

  it('after the first rows name their own length in bytes', () => {
    const trailer = trailerOf({ code: 1, status: 500, text: 'Code: 1. 错' }, 'tag');
    expect(trailer).toBe('\r\n__exception__\r\ntag\r\nCode: 1. 错\n13 tag\r\n__exception__\r\n');
  });
});

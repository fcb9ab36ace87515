import { BranchlineError, isRetryable } from '@branchline/shared';
import { expect, it } from 'vitest';
import { asUnreachable, isUnreachable } from './unreachable.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

it('a server that is away, starting, stopping or full is unreachable for now', () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '08006']) {
    expect(isUnreachable(coded(code))).toBe(true);
  }
  expect(isUnreachable(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isUnreachable(new Error('timeout exceeded when trying to connect'))).toBe(true);
});

it('a query that is wrong is not', () => {
  for (const code of ['23505', '42P01', '40001']) expect(isUnreachable(coded(code))).toBe(false);
  expect(isUnreachable('text')).toBe(false);
});

it('becomes an error of the catalogue that may be retried, and other errors stay as they are', () => {
  const known = asUnreachable(coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'));
  expect(known).toBeInstanceOf(BranchlineError);
  expect(isRetryable(known)).toBe(true);
  expect(asUnreachable(known)).toBe(known);
  const wrong = coded('42P01');
  expect(asUnreachable(wrong)).toBe(wrong);
});

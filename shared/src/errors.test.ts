import { expect, test } from 'vitest';
import { BranchlineError, errorCatalogue, isRetryable, type ErrorEntry } from './errors.ts';

test.each(Object.entries(errorCatalogue) as [string, ErrorEntry][])(
  '%s names its area, says what happened and what to do',
  (code, { status, message, advice }) => {
    expect(code).toMatch(/^BL_[A-Z]+_[A-Z_]+$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(message).toMatch(/[.]$/);
    expect(advice).toMatch(/[.]$/);
  },
);

test('details fill the message, and only the catalogue says what may be tried again', () => {
  const error = new BranchlineError('BL_DB_FOLDER', { user: 'postgres', folder: '/root' });
  expect(error.message).toBe('The database user "postgres" cannot enter /root.');
  expect([
    isRetryable(error),
    isRetryable(new BranchlineError('BL_DB_UNREACHABLE', { problem: 'x' })),
    isRetryable(new Error('x')),
  ]).toEqual([false, true, false]);
});

import { expect, it } from 'vitest';
import { refusalOfReader } from './reader.ts';
import { readStatement } from './statement.ts';

const refusal = (sql: string): string | undefined => {
  const statement = readStatement(sql, Buffer.alloc(0));
  if (!statement) throw new Error('empty');
  return refusalOfReader(statement);
};

it('a reader may read', () => {
  for (const sql of [
    'SELECT 1',
    'SELECT 1;',
    '/* why */ WITH 1 AS a SELECT a',
    'SHOW TABLES',
    'DESCRIBE t',
    'EXISTS t',
  ])
    expect(refusal(sql)).toBeUndefined();
});

it('a reader may not change, end, or write anything, nor hide a second statement', () => {
  for (const sql of [
    'INSERT INTO t VALUES (1)',
    'DROP TABLE t',
    'KILL QUERY WHERE 1 ASYNC',
    'SYSTEM STOP MERGES',
    'SET readonly = 0',
    'USE other',
    'SELECT 1; DROP TABLE t',
    `SELECT 1 INTO/**/OUTFILE '/tmp/x'`,
    `SELECT 1 into Outfile '/tmp/x'`,
  ])
    expect(refusal(sql)).toBeDefined();
});

it('an insert whose data follow is refused too', () => {
  const statement = readStatement('INSERT INTO t FORMAT TSV', Buffer.from('1\n'));
  expect(statement?.kind).toBe('insert');
  expect(statement && refusalOfReader(statement)).toBeDefined();
});

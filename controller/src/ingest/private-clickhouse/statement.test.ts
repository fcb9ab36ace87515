import { describe, expect, it } from 'vitest';
import { readStatement } from './statement.ts';

const none = Buffer.alloc(0);

describe('reading a statement', () => {
  it('streams rows in formats of which each part stands by itself', () => {
    expect(readStatement('SELECT 1 FORMAT JSONEachRow;', none)).toEqual({
      kind: 'stream',
      sql: 'SELECT 1',
      format: 'JSONEachRow',
    });
    expect(readStatement('-- why\n/* x */ WITH 1 AS a SELECT a', none, 'CSV')).toMatchObject({
      kind: 'stream',
      format: 'CSV',
    });
  });

  it('answers documents whole: the engine would repeat their heads', () => {
    expect(readStatement('SELECT 1\nFORMAT JSON', none)).toEqual({
      kind: 'whole',
      sql: 'SELECT 1',
      format: 'JSON',
    });
    expect(readStatement('SELECT 1', none, 'CSVWithNames')).toMatchObject({ kind: 'whole' });
  });

  it('hands the bytes of an insert to the engine untouched', () => {
    const values = Buffer.from('{"a":1}\n');
    expect(readStatement('INSERT INTO d.t (a, `b`) FORMAT JSONEachRow', values)).toEqual({
      kind: 'insert',
      table: 'd.t',
      columns: ['a', 'b'],
      format: 'JSONEachRow',
      values,
    });
    expect(readStatement('insert into table t format CSV', values)).toMatchObject({
      kind: 'insert',
      columns: [],
    });
  });

  it('runs any other insert as text', () => {
    const statement = readStatement(
      'INSERT INTO t SETTINGS async_insert=0 FORMAT Values',
      Buffer.from('(1)'),
    );
    expect(statement).toEqual({
      kind: 'whole',
      sql: 'INSERT INTO t SETTINGS async_insert=0 FORMAT Values\n(1)',
      format: 'TabSeparated',
    });
    expect(readStatement('', Buffer.from('INSERT INTO t VALUES (1);'))).toMatchObject({
      kind: 'whole',
      sql: 'INSERT INTO t VALUES (1)',
    });
  });

  it('lets the body continue the statement of the address', () => {
    expect(readStatement('SELECT', Buffer.from('2'))).toMatchObject({ kind: 'stream', sql: 'SELECT\n2' });
  });

  it('knows when there is nothing to run', () => {
    expect(readStatement(' ; ', none)).toBeUndefined();
    expect(readStatement('', Buffer.from('  \n'))).toBeUndefined();
  });
});

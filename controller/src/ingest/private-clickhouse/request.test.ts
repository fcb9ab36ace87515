import { describe, expect, it } from 'vitest';
import { credentialsOf, readRequest } from './request.ts';

const head = (url: string, headers: Record<string, string> = {}, method = 'POST') => ({
  method,
  url,
  headers,
});

describe('reading a request', () => {
  it('parts settings, parameters and the words of the interface itself', () => {
    const request = readRequest(
      head('/?query=SELECT+1&query_id=q1&database=d&max_threads=2&param_x=a%5Ctb&default_format=CSV'),
    );
    expect(request).toEqual({
      kind: 'query',
      sql: 'SELECT 1',
      queryId: 'q1',
      database: 'd',
      format: 'CSV',
      settings: { max_threads: '2' },
      params: { x: 'a\\tb' },
      readonly: false,
      gzipBody: false,
      nativeRevision: 0,
      gzipAnswer: false,
    });
  });

  it('answers gzip only when both the setting and the header ask for it', () => {
    const asked = { 'accept-encoding': 'deflate, gzip' };
    expect(readRequest(head('/?enable_http_compression=1', asked))).toMatchObject({ gzipAnswer: true });
    expect(readRequest(head('/', asked))).toMatchObject({ gzipAnswer: false });
    expect(readRequest(head('/?enable_http_compression=1'))).toMatchObject({ gzipAnswer: false });
  });

  it('refuses what it cannot do instead of doing something else', () => {
    for (const url of ['/?session_id=a', '/?role=x', '/?compress=1']) {
      expect(readRequest(head(url))).toMatchObject({ kind: 'refused', status: 501 });
    }
    expect(readRequest(head('/', { 'content-encoding': 'zstd' }))).toMatchObject({ status: 415 });
    expect(readRequest(head('/', { 'content-type': 'multipart/form-data; boundary=x' }))).toMatchObject({
      status: 501,
    });
    expect(readRequest(head('/play'))).toMatchObject({ status: 404 });
    expect(readRequest(head('/', {}, 'DELETE'))).toMatchObject({ status: 405 });
  });

  it('refuses a setting whose name is not a plain word: names become SQL', () => {
    for (const name of ['a%3D1,readonly', 'x%27', '', 'param_x%20y', '1a']) {
      expect(readRequest(head(`/?${name}=1`))).toMatchObject({ kind: 'refused', status: 400 });
    }
  });

  it('knows a ping', () => {
    expect(readRequest(head('/ping', {}, 'GET'))).toEqual({ kind: 'ping' });
  });
});

describe('credentials', () => {
  it('are read from wherever ClickHouse accepts them', () => {
    const basic = Buffer.from('u:p:q').toString('base64');
    expect(credentialsOf(head('/', { authorization: `Basic ${basic}` }))).toEqual({ user: 'u', key: 'p:q' });
    expect(credentialsOf(head('/', { 'x-clickhouse-user': 'u', 'x-clickhouse-key': 'k' }))).toEqual({
      user: 'u',
      key: 'k',
    });
    expect(credentialsOf(head('/?user=u&password=k'))).toEqual({ user: 'u', key: 'k' });
    expect(credentialsOf(head('/'))).toEqual({ user: '', key: '' });
  });
});

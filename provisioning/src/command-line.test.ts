import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readOrder } from './command-line.ts';

const read = (text: string, environment: Record<string, string> = {}) =>
  readOrder(text.split(' ').filter(Boolean), environment);

test('a command line says what is wanted', () => {
  expect(read('doctor')).toEqual({
    command: 'doctor',
    home: '/var/lib/branchline',
    json: false,
    language: 'en',
  });
  expect(read('doctor --home box --json --call +8613800138000 --line e1-1 --lang zh-CN')).toEqual({
    command: 'doctor',
    home: resolve('box'),
    json: true,
    language: 'zh-CN',
    call: '+8613800138000',
    line: 'e1-1',
  });
  expect(read('doctor', { LANG: 'zh_CN.UTF-8', BRANCHLINE_HOME: '/box' })).toMatchObject({
    home: '/box',
    language: 'zh-CN',
  });
  expect(read('doctor', { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' })).toMatchObject({ language: 'en' });
});

test('phones are asked for with few options', () => {
  expect(read('phones --home box --lang zh-CN')).toEqual({
    command: 'phones',
    home: resolve('box'),
    json: false,
    language: 'zh-CN',
  });
  expect(() => read('phones --line x')).toThrow('--home, --lang and --json only');
  expect(() => read('phones now')).toThrow('takes options only');
});

test('help and the version are told', () => {
  for (const text of ['', '--help', '-h', 'help', 'doctor --help'])
    expect(read(text)).toEqual({ command: 'help' });
  expect(read('--version')).toEqual({ command: 'version' });
});

test.each([
  'doctr',
  'doctor now',
  'doctor --what',
  'doctor --home',
  'doctor --call me',
  'doctor --line A/B',
  'doctor --lang fr',
])('"%s" is refused with what is wrong', (text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'BL_API_INVALID' }) as Error);
});

import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../preferences/language.ts';
import { readRefusal } from '../api/request.ts';
import { readKey } from '../frame/shortcut-keys.ts';
import { boundTo, may } from './abilities.ts';
import { backAddress } from './back-address.ts';

describe('who may what', () => {
  it('a supervisor of one site sees campaigns and changes none', () => {
    const grants = [{ role: 'supervisor' as const, site: 'beijing' }];
    expect([may(grants, 'campaigns'), may(grants, 'campaign-write'), may(grants, 'import-write')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(boundTo(grants, 'overview')).toEqual(['beijing']);
  });

  it('operations of one site change only what stays at that site', () => {
    const grants = [{ role: 'operations' as const, site: 'beijing' }];
    expect(may(grants, 'campaign-write', ['beijing'])).toBe(true);
    expect(may(grants, 'campaign-write', ['beijing', 'shanghai'])).toBe(false);
    expect(may(grants, 'campaign-write', [])).toBe(false);
    expect(boundTo([{ role: 'admin' }], 'campaign-write')).toBeUndefined();
  });
});

describe('the way back after signing in', () => {
  it('never leaves this console', () => {
    const wanted = [
      '/calls?site=a',
      null,
      'https://evil.test/',
      '//evil.test',
      '/\\evil.test',
      '/login?back=/',
    ];
    expect(wanted.map(backAddress)).toEqual(['/calls?site=a', '/', '/', '/', '/', '/']);
  });
});

describe('the language', () => {
  it('is the person’s own choice, else the first the browser asks for that we speak', () => {
    expect(chooseLanguage('en', ['zh-CN'])).toBe('en');
    expect(chooseLanguage(undefined, ['fr', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(chooseLanguage(undefined, ['de'])).toBe('en');
  });
});

describe('the keys', () => {
  const pages = { o: '/', c: '/campaigns' };
  it('reads g and a page within the patience, and nothing else', () => {
    const g = readKey({ pending: undefined }, 'g', 100, pages);
    expect(g.meaning).toBeUndefined();
    expect(readKey(g.state, 'c', 900, pages).meaning).toEqual({ page: '/campaigns' });
    expect(readKey(g.state, 'c', 2000, pages).meaning).toBeUndefined();
    expect(readKey(g.state, 'x', 200, pages)).toEqual({ state: { pending: undefined }, meaning: undefined });
    expect(readKey({ pending: undefined }, 'c', 0, pages).meaning).toBeUndefined();
    expect(readKey({ pending: undefined }, '?', 0, pages).meaning).toBe('help');
  });
});

describe('an answer that says no', () => {
  it('is read as the controller’s refusal, and anything else as a controller that cannot be reached', () => {
    const body = JSON.stringify({ code: 'BL_AUTH_WRONG', message: 'm', advice: 'a' });
    expect(readRefusal(401, body).refusal).toMatchObject({ code: 'BL_AUTH_WRONG', advice: 'a' });
    expect(readRefusal(502, '<html>').refusal.code).toBe('BL_CONSOLE_UNREACHABLE');
    expect(readRefusal(502, '{}').refusal.code).toBe('BL_CONSOLE_UNREACHABLE');
  });
});

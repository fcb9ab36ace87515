import { describe, expect, it } from 'vitest';
import { BranchlineError } from '@branchline/shared';
import { errorText, readDetails } from './error-text.ts';

const refusal = (error: BranchlineError) => ({
  code: error.code,
  message: error.message,
  advice: error.advice,
});

describe('the text of a refusal', () => {
  it('keeps the values of the message when it is translated', () => {
    const error = new BranchlineError('BL_IMPORT_COLUMNS', { column: 'phone', columns: 'a (b), c.d' });
    expect(errorText(refusal(error), 'zh-CN').message).toBe('名单中没有“phone”列；现有的列：a (b), c.d。');
  });

  it('is the controller’s own in English', () => {
    const error = new BranchlineError('BL_AUTH_WRONG');
    expect(errorText(refusal(error), 'en')).toEqual({ message: error.message, advice: error.advice });
  });

  it('falls back to English for a code that has no translation', () => {
    const unknown = { code: 'BL_NEW_THING', message: 'Something new.', advice: 'Read the manual.' };
    expect(errorText(unknown, 'zh-CN')).toEqual({ message: 'Something new.', advice: 'Read the manual.' });
  });

  it('keeps the English message when a newer controller words it differently', () => {
    const changed = { code: 'BL_API_INVALID', message: 'Quite another sentence.', advice: 'x' };
    expect(errorText(changed, 'zh-CN').message).toBe('Quite another sentence.');
  });

  it('says why a box refused something in Chinese, too', () => {
    const said = (problem: string) =>
      errorText(refusal(new BranchlineError('BL_DESK_REFUSED', { problem })), 'zh-CN', () => '小休').message;
    expect(said('nobody talks on this call')).toBe('现在无法执行：这通电话没有人在讲话。');
    expect(said('the colleague is break')).toBe('现在无法执行：同事当前的状态是“小休”。');
    expect(said('a newer box has its own reasons')).toBe('现在无法执行：a newer box has its own reasons。');
  });

  it('reads several values out of one sentence, special characters included', () => {
    expect(readDetails('There is no {what} "{id}".', 'There is no edge "a.*+?".')).toEqual({
      what: 'edge',
      id: 'a.*+?',
    });
    expect(readDetails('Row {row}: {problem}.', 'Line 3: x.')).toBeUndefined();
  });
});

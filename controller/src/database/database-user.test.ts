import { expect, it } from 'vitest';
import { ancestors } from './database-user.ts';

it('the way to a folder starts at the root and names every folder on it', () => {
  expect(ancestors('/a/b c/d')).toEqual(['/', '/a', '/a/b c', '/a/b c/d']);
  expect(ancestors('/')).toEqual(['/']);
});

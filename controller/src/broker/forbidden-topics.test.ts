import { expect, test } from 'vitest';
import { ForbiddenTopics } from './forbidden-topics.ts';

test('a topic is refused three times and then swallowed; another topic and another edge have their own patience', () => {
  const topics = new ForbiddenTopics();
  expect([1, 2, 3, 4].map(() => topics.judge('a', 'x'))).toEqual(['refuse', 'refuse', 'refuse', 'swallow']);
  expect(topics.judge('a', 'y')).toBe('refuse');
  expect(topics.judge('b', 'x')).toBe('refuse');
  expect(topics.quarantined).toBe(1);
});

test('a client that invents topics is swallowed at once when it has invented too many', () => {
  const topics = new ForbiddenTopics();
  for (let i = 0; i < 100; i++) expect(topics.judge('a', `topic ${i}`)).toBe('refuse');
  expect(topics.judge('a', 'one more')).toBe('swallow');
});

test('a new certificate is a new beginning', () => {
  const topics = new ForbiddenTopics();
  for (let i = 0; i < 4; i++) topics.judge('a', 'x');
  topics.forget('a');
  expect(topics.judge('a', 'x')).toBe('refuse');
});

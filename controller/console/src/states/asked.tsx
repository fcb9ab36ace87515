import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel.tsx';
import { OutdatedNote } from './outdated-note.tsx';

/** As much of a query as its frame needs. */
export interface Question<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/**
 * The frame around everything that is asked for: a skeleton before the first answer, the error when there is none, and
 * the last answer marked as old when it could not be renewed.
 */
export function Asked<T>(props: {
  readonly question: Question<T>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { question, skeleton, children } = props;
  const retry = (): void => void question.refetch();
  if (question.data === undefined) {
    return question.error ? <ErrorPanel error={question.error} retry={retry} /> : skeleton;
  }
  if (!question.error) return children(question.data);
  return (
    <>
      <OutdatedNote error={question.error} retry={retry} />
      <div className="dimmed">{children(question.data)}</div>
    </>
  );
}

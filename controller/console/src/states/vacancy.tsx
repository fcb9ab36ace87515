import type { ReactNode } from 'react';

/** Nothing here yet: what is missing and what to do about it. */
export function Vacancy(props: {
  readonly title: string;
  readonly advice: string;
  readonly figure?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="vacancy">
      {props.figure ? (
        <div className="vacancy-figure">{props.figure}</div>
      ) : (
        <svg width="72" height="44" viewBox="0 0 72 44" aria-hidden>
          <path d="M6 38V8m0 15h20c14 0 22-4 22-15M26 23c14 0 22 4 22 15" />
          <circle cx="6" cy="6" r="4" />
          <circle cx="48" cy="6" r="4" />
          <circle cx="48" cy="39" r="4" />
        </svg>
      )}
      <h2>{props.title}</h2>
      <p>{props.advice}</p>
      {props.children}
    </div>
  );
}

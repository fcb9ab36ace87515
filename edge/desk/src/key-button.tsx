import type { ReactNode } from 'react';

/** A button with the single key that does the same. */
export function KeyButton(props: {
  readonly letter?: string;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly tone?: 'main' | 'bad' | 'warn';
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={props.tone}
      onClick={props.onPress}
      disabled={props.disabled}
      aria-pressed={props.pressed}
      aria-keyshortcuts={props.letter}
    >
      {props.letter !== undefined && <kbd aria-hidden>{props.letter.toUpperCase()}</kbd>}
      <span>{props.children}</span>
    </button>
  );
}

import { useEffect, useRef, useState } from 'react';
import { useWords } from './words/words.ts';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
/** Digits that follow each other so closely go together, ms. */
const together = 300;
/** So many are taken in one act. */
const most = 32;

/** Sends digits to the other party: by the keys of this pad, or typed into its field. */
export function Keypad(props: { readonly send: (digits: string) => void }) {
  const { t } = useWords();
  const { send } = props;
  const waiting = useRef('');
  const timer = useRef<number>(undefined);
  const [count, setCount] = useState(0);
  const flush = (): void => {
    clearTimeout(timer.current);
    if (waiting.current !== '') send(waiting.current);
    waiting.current = '';
  };
  const press = (digit: string): void => {
    waiting.current += digit;
    setCount((before) => before + 1);
    clearTimeout(timer.current);
    if (waiting.current.length >= most) flush();
    else timer.current = window.setTimeout(flush, together);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <fieldset className="keypad" aria-label={t('keypad.title')}>
      <input
        id="keypad"
        autoComplete="off"
        aria-label={t('keypad.type')}
        placeholder={t('keypad.type')}
        // What was keyed may be a secret of the customer: only how much is shown.
        value={'•'.repeat(Math.min(count, 20))}
        onChange={() => undefined}
        onPaste={(event) => {
          event.preventDefault();
          for (const digit of event.clipboardData
            .getData('text')
            .replaceAll(/[^0-9*#]/g, '')
            .slice(0, most))
            press(digit);
        }}
        onKeyDown={(event) => {
          if (event.repeat || !/^[0-9*#]$/.test(event.key)) return;
          event.preventDefault();
          press(event.key);
        }}
      />
      <div className="keys">
        {keys.map((digit) => (
          <button key={digit} type="button" onClick={() => press(digit)}>
            {digit}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

import { useRef, useState, type DragEvent } from 'react';
import { useWords } from '../words/use-words.ts';

/** Takes one CSV file, dropped or chosen; a button, so that the keyboard reaches it. */
export function DropZone(props: {
  readonly disabled: boolean;
  readonly hint: string;
  readonly take: (file: File) => void;
}) {
  const { disabled, hint, take } = props;
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !disabled) take(file);
  };
  return (
    <>
      <button
        type="button"
        className={over && !disabled ? 'drop over' : 'drop'}
        disabled={disabled}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <strong>{t('imports.drop')}</strong>
        <span className="quiet">{hint}</span>
      </button>
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file again, corrected, must be a change too.
          event.target.value = '';
          if (file) take(file);
        }}
      />
    </>
  );
}

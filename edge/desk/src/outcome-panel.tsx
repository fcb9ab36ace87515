import { useState } from 'react';
import type { DeskAct, DeskCall, Disposition } from '@branchline/shared';
import { CallAgain, type CallbackChoice } from './callback-choice.tsx';
import { useDraft } from './draft.ts';
import { dayTime } from './times.ts';
import { KeyButton } from './key-button.tsx';
import { useWords } from './words/words.ts';

/** What came of the call: one key for the outcome, words for the next colleague. */
export function OutcomePanel(props: {
  readonly call: DeskCall | undefined;
  readonly now: number;
  readonly again: CallbackChoice | undefined;
  readonly chooseAgain: (choice: CallbackChoice | undefined) => void;
  readonly dispose: (choice: Disposition) => void;
  readonly act: (act: DeskAct) => void;
}) {
  const { t, language } = useWords();
  const { call, now, again, chooseAgain, dispose, act } = props;
  const dispositions = call?.campaign?.dispositions ?? [];
  return (
    <section className="outcome" aria-label={t('outcome.title')}>
      <h2>{t('outcome.title')}</h2>
      {!call || dispositions.length === 0 ? (
        <p className="quiet">{t('outcome.none')}</p>
      ) : (
        <>
          <div className="keys">
            {dispositions.map((choice) => (
              <KeyButton
                key={choice.code}
                letter={choice.key}
                pressed={call.disposition === choice.code}
                // Who is to be called again cannot be finished.
                disabled={again !== undefined && (choice.final || choice.optout)}
                onPress={() => dispose(choice)}
              >
                {choice.label}
              </KeyButton>
            ))}
          </div>
          {call.callbackAt !== undefined && (
            <p>{t('again.promised', { at: dayTime(call.callbackAt, language) })}</p>
          )}
          <CallAgain
            key={call.id}
            zones={call.customer.zones ?? []}
            now={now}
            choice={again}
            choose={chooseAgain}
          />
        </>
      )}
      {call && <Note key={call.id} call={call} act={act} />}
      {call && <DoNotCall key={`dnc ${call.id}`} call={call} act={act} />}
    </section>
  );
}

function Note({ call, act }: { readonly call: DeskCall; readonly act: (act: DeskAct) => void }) {
  const { t } = useWords();
  const [text, setText] = useDraft(call.id);
  const saved = call.note !== undefined && (text === '' || text.trim() === call.note);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') act({ act: 'note', call: call.id, text: text.trim() });
      }}
    >
      <label htmlFor="note">
        {t('outcome.note')} <kbd aria-hidden>N</kbd>
      </label>
      <textarea
        id="note"
        rows={4}
        maxLength={2000}
        placeholder={t('outcome.noteHint')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit();
        }}
      />
      <div className="row">
        <output className="quiet">
          {saved ? t('outcome.saved') : text.trim() === '' ? '' : t('outcome.draft')}
        </output>
        <button type="submit" disabled={text.trim() === '' || saved}>
          {t('act.note')} <kbd aria-hidden>Ctrl ⏎</kbd>
        </button>
      </div>
    </form>
  );
}

/** For good, and for every campaign: asked once more. */
function DoNotCall({ call, act }: { readonly call: DeskCall; readonly act: (act: DeskAct) => void }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <button type="button" className="quiet-button bad-ink" onClick={() => setAsking(true)}>
        {t('act.do-not-call')}
      </button>
    );
  return (
    <fieldset className="row">
      <legend>{t('outcome.askDoNotCall')}</legend>
      <button
        type="button"
        className="bad"
        onClick={() => {
          act({ act: 'do-not-call', call: call.id });
          setAsking(false);
        }}
      >
        {t('outcome.yes')}
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        {t('outcome.no')}
      </button>
    </fieldset>
  );
}

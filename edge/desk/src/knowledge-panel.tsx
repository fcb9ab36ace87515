import { useEffect, useRef, useState } from 'react';
import { longestQuestion, marksOf, searchTerms, type DeskArticle, type DeskHits } from '@branchline/shared';
import { article as askArticle, search } from './api.ts';
import { faultText } from './fault.ts';
import { useWords } from './words/words.ts';

/** So long after the last key it is looked for, ms. */
const restMs = 120;

/** Articles to look something up in while the call goes on: what is typed elsewhere stays. */
export function KnowledgePanel({ close }: { readonly close: () => void }) {
  const { t } = useWords();
  const [question, setQuestion] = useState('');
  const [found, setFound] = useState<DeskHits['items']>([]);
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState<DeskArticle>();
  const [fault, setFault] = useState<string>();
  const box = useRef<HTMLInputElement>(null);
  const terms = searchTerms(question);
  const hits = terms.length === 0 ? undefined : found;
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    if (searchTerms(question).length === 0) return;
    let late = false;
    const timer = setTimeout(
      () =>
        void search(question).then(
          ({ items }) => {
            if (late) return;
            setFound(items);
            setChosen(0);
            setFault(undefined);
          },
          (error: unknown) => !late && setFault(faultText(error, t)),
        ),
      restMs,
    );
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [question, t]);
  const read = (id: string | undefined): void => {
    if (id === undefined) return;
    void askArticle(id).then(setOpen, (error: unknown) => setFault(faultText(error, t)));
  };
  return (
    <section className="knowledge" aria-label={t('knowledge.title')}>
      <div className="row">
        <input
          ref={box}
          id="knowledge"
          type="search"
          aria-label={t('knowledge.search')}
          placeholder={t('knowledge.search')}
          maxLength={longestQuestion}
          autoComplete="off"
          value={question}
          onChange={({ target }) => {
            setQuestion(target.value);
            setOpen(undefined);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, (hits?.length ?? 1) - 1));
            else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0));
            // While Chinese is being composed, Enter takes what the input method offers.
            else if (event.key === 'Enter' && !event.nativeEvent.isComposing) read(hits?.[chosen]?.id);
            else return;
            event.preventDefault();
          }}
        />
        <button type="button" className="quiet-button" onClick={close}>
          {t('knowledge.close')}
        </button>
      </div>
      {fault !== undefined && <p className="fault">{fault}</p>}
      {open ? (
        <article lang={open.language}>
          <h3>
            <Marked text={open.title} terms={terms} />
          </h3>
          {open.text.split(/\n+/).map((paragraph, i) => (
            <p key={i}>
              <Marked text={paragraph} terms={terms} />
            </p>
          ))}
          <button type="button" onClick={() => setOpen(undefined)}>
            {t('knowledge.back')}
          </button>
        </article>
      ) : (
        hits && (
          <ul id="knowledge-hits" aria-label={t('knowledge.title')}>
            {hits.length === 0 && <li className="quiet">{t('knowledge.none')}</li>}
            {hits.map(({ id, title, excerpt }, i) => (
              <li key={id}>
                <button type="button" aria-label={title} aria-current={i === chosen} onClick={() => read(id)}>
                  <span>
                    <strong>
                      <Marked text={title} terms={terms} />
                    </strong>
                    <small>
                      <Marked text={excerpt} terms={terms} />
                    </small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      )}
    </section>
  );
}

function Marked({ text, terms }: { readonly text: string; readonly terms: readonly string[] }) {
  const marks = marksOf(text, terms);
  return (
    <>
      {marks.map(({ from, to }, i) => (
        <span key={from}>
          {text.slice(marks[i - 1]?.to ?? 0, from)}
          <mark>{text.slice(from, to)}</mark>
        </span>
      ))}
      {text.slice(marks.at(-1)?.to ?? 0)}
    </>
  );
}

import type { DeskContact, DeskNote, DeskView } from '@branchline/shared';
import { dayTime, stopwatch } from './times.ts';
import { useWords } from './words/words.ts';

/** Earlier calls of this branch with the customer. */
export function History({
  contacts,
  shown,
}: {
  readonly contacts: readonly DeskContact[];
  readonly shown: boolean;
}) {
  const { t, language } = useWords();
  if (!shown) return null;
  return (
    <section className="history" aria-label={t('history.title')}>
      <h2>{t('history.title')}</h2>
      {contacts.length === 0 ? (
        <p className="quiet">{t('history.none')}</p>
      ) : (
        <ol aria-describedby="history-reach">
          {contacts.map((each) => (
            <li key={each.call}>
              <time>{dayTime(each.at, language)}</time>
              <span title={t(`call.${each.direction}`)}>{each.direction === 'inbound' ? '↙' : '↗'}</span>
              <span>{t(`result.${each.outcome}`)}</span>
              <span className="quiet">{each.talkMs > 0 ? stopwatch(each.talkMs) : ''}</span>
              {each.disposition !== undefined && <strong>{each.disposition}</strong>}
              {each.notes && <Notes notes={each.notes} />}
            </li>
          ))}
        </ol>
      )}
      {contacts.length > 0 && (
        <p id="history-reach" className="quiet hint">
          {t('history.reach')}
        </p>
      )}
    </section>
  );
}

/** What colleagues wrote, each with the name. */
export function Notes({ notes }: { readonly notes: readonly DeskNote[] }) {
  return (
    <div className="notes">
      {notes.map(({ by, text }) => (
        <p key={by}>
          <span className="quiet">{by}</span> {text}
        </p>
      ))}
    </div>
  );
}

/** Who else is here. */
export function Colleagues({ colleagues }: Pick<DeskView, 'colleagues'>) {
  const { t } = useWords();
  if (colleagues.length === 0) return null;
  return (
    <section className="colleagues" aria-label={t('colleagues')}>
      <h2>{t('colleagues')}</h2>
      <ul>
        {colleagues.map(({ extension, name, state }) => (
          <li key={extension} className={`state-${state}`}>
            <i aria-hidden /> {name} <span className="quiet">{t(`state.${state}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

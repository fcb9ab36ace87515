import { breakReasons, type DeskAct, type DeskView } from '@branchline/shared';
import { KeyButton } from './key-button.tsx';
import { span, stopwatch } from './times.ts';
import { en } from './words/en.ts';
import { useWords } from './words/words.ts';

type Reason = keyof typeof en.reason;

/** What the agent is, since when, and what can be done about it. */
export function StatePanel(props: {
  readonly view: DeskView;
  readonly now: number;
  readonly act: (act: DeskAct) => void;
}) {
  const { t } = useWords();
  const { view, now, act } = props;
  const { agent } = view;
  const reason = agent.state === 'break' ? agent.reason : agent.breakAfter;
  const working = agent.state !== 'offline';
  return (
    <section className={`state state-${agent.state}`} aria-label={t(`state.${agent.state}`)}>
      <output>
        <strong>{t(`state.${agent.state}`)}</strong>
        {reason !== undefined && (
          <span>{reason in en.reason ? t(`reason.${reason as Reason}`) : reason}</span>
        )}
      </output>
      <time className="big">{stopwatch((now - agent.since) / view.speed)}</time>
      <div className="buttons">
        {!working && (
          <KeyButton letter="s" tone="main" onPress={() => act({ act: 'login' })}>
            {t('act.login')}
          </KeyButton>
        )}
        {(agent.state === 'break' || agent.state === 'wrap-up' || agent.breakAfter !== undefined) && (
          <KeyButton letter="r" tone="main" onPress={() => act({ act: 'ready' })}>
            {t('act.ready')}
          </KeyButton>
        )}
        {view.mayAsk && agent.state === 'ready' && (
          <KeyButton letter="d" tone="main" onPress={() => act({ act: 'next' })}>
            {t('act.next')}
          </KeyButton>
        )}
        {working && (
          <label className="choice">
            <span className="unseen">{t('act.break')}</span>
            <select
              value=""
              onChange={(event) =>
                act({ act: 'break', reason: event.target.value as (typeof breakReasons)[number] })
              }
            >
              <option value="" disabled>
                {t('act.break')} …
              </option>
              {breakReasons.map((each) => (
                <option key={each} value={each}>
                  {t(`reason.${each}`)}
                </option>
              ))}
            </select>
          </label>
        )}
        {working && (
          <KeyButton letter="q" onPress={() => act({ act: 'logout' })}>
            {t('act.logout')}
          </KeyButton>
        )}
      </div>
      <Day view={view} now={now} />
    </section>
  );
}

const parts = ['talkMs', 'wrapUpMs', 'readyMs', 'breakMs'] as const;

/** Where the state that goes on will be counted. */
const running: Partial<Record<DeskView['agent']['state'], (typeof parts)[number]>> = {
  talking: 'talkMs',
  held: 'talkMs',
  'wrap-up': 'wrapUpMs',
  ready: 'readyMs',
  preview: 'readyMs',
  reserved: 'readyMs',
  break: 'breakMs',
};

/** The agent's own day: a bar to look at, figures to read. */
function Day({ view, now }: { readonly view: DeskView; readonly now: number }) {
  const { t, language } = useWords();
  const { day, agent } = view;
  const since = running[agent.state];
  const times = parts.map((part) => day[part] + (part === since ? Math.max(0, now - agent.since) : 0));
  const all = Math.max(
    1,
    times.reduce((sum, ms) => sum + ms, 0),
  );
  return (
    <section className="day" aria-label={t('day.title')}>
      <h2>{t('day.title')}</h2>
      <div className="bar" aria-hidden>
        {parts.map((part, i) => (
          <i key={part} className={part} style={{ flexGrow: times[i]! / all }} />
        ))}
      </div>
      <dl>
        <div>
          <dt>{t('day.calls')}</dt>
          <dd>{day.calls}</dd>
        </div>
        <div>
          <dt>{t('day.average')}</dt>
          <dd>{day.calls === 0 ? '–' : stopwatch(day.talkMs / day.calls)}</dd>
        </div>
        {parts.map((part, i) => (
          <div key={part}>
            <dt className={part}>{t(`day.${part}`)}</dt>
            <dd>{span(times[i]!, language)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

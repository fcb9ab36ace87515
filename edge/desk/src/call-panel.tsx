import { useEffect, type ReactNode } from 'react';
import type {
  DeskAct,
  DeskCall,
  DeskCampaign,
  DeskCustomer,
  DeskView,
  TrainingLine,
} from '@branchline/shared';
import { beep } from './beep.ts';
import { HandOver } from './hand-over.tsx';
import { Notes } from './history.tsx';
import { Keypad } from './keypad.tsx';
import { KeyButton } from './key-button.tsx';
import { VipMark } from './vip-mark.tsx';
import { dayTime, stopwatch } from './times.ts';
import { useWords } from './words/words.ts';

type Act = (act: DeskAct) => void;

/** The call, or the person to be decided about, or what to do to get one. */
export function CallPanel({
  view,
  now,
  act,
  keying,
  showKeypad,
}: {
  readonly view: DeskView;
  readonly now: number;
  readonly act: Act;
  /** The keypad is shown. */
  readonly keying: boolean;
  readonly showKeypad: (on: boolean) => void;
}) {
  const { t } = useWords();
  const { call, preview, agent } = view;
  if (preview)
    return (
      <section className="call" aria-label={t('call.preview')}>
        <Head title={t('call.preview')} customer={preview.customer}>
          {preview.until !== undefined && (
            <span>{t('call.dialedIn', { time: stopwatch((preview.until - now) / view.speed) })}</span>
          )}
        </Head>
        <div className="buttons">
          <KeyButton letter="d" tone="main" onPress={() => act({ act: 'dial' })}>
            {t('act.dial')}
          </KeyButton>
          <KeyButton letter="l" onPress={() => act({ act: 'pass' })}>
            {t('act.pass')}
          </KeyButton>
        </div>
        <About customer={preview.customer} campaign={preview.campaign} />
      </section>
    );
  if (call)
    return <Present call={call} view={view} now={now} act={act} keying={keying} showKeypad={showKeypad} />;
  const advice =
    agent.state === 'offline'
      ? t('call.noneOffline')
      : agent.state === 'break'
        ? t('call.noneBreak')
        : view.mayAsk
          ? t('call.noneAsk')
          : t('call.noneReady');
  return (
    <section className="call nothing" aria-label={t('call.none')}>
      <h1>{t('call.none')}</h1>
      <p>{advice}</p>
    </section>
  );
}

function Present(props: {
  readonly call: DeskCall;
  readonly view: DeskView;
  readonly now: number;
  readonly act: Act;
  readonly keying: boolean;
  readonly showKeypad: (on: boolean) => void;
}) {
  const { t } = useWords();
  const { call, view, now, act, keying, showKeypad } = props;
  const about = { call: call.id };
  const { answeredAt, bridgedAt } = call;
  const talkingSince = call.up ? bridgedAt : undefined;
  const mayKey = talkingSince !== undefined && call.consult === undefined && !call.held && !view.training;
  const waitedMs =
    call.direction === 'inbound' && answeredAt !== undefined && bridgedAt !== undefined
      ? bridgedAt - answeredAt
      : undefined;
  return (
    <section className="call" aria-label={call.customer.number}>
      <Head title={call.up ? t(`call.${call.direction}`) : t('call.ended')} customer={call.customer}>
        {talkingSince !== undefined && (
          <time className="big">{stopwatch((now - talkingSince) / view.speed)}</time>
        )}
        {waitedMs !== undefined && (
          <span>{t('call.waited', { time: stopwatch(waitedMs / view.speed) })}</span>
        )}
        {call.up && (
          <span className={`recording ${call.recording}`}>{t(`call.recording.${call.recording}`)}</span>
        )}
      </Head>
      {call.reminded && <Reminder />}
      {call.notes && (
        <section aria-label={t('call.notes')}>
          <h2>{t('call.notes')}</h2>
          <Notes notes={call.notes} />
        </section>
      )}
      {call.says && <Says lines={call.says} held={call.held} />}
      {talkingSince !== undefined && call.consult?.mine !== true && (
        <div className="buttons">
          <KeyButton letter="x" tone="bad" onPress={() => act({ act: 'hangup', ...about })}>
            {t('act.hangup')}
          </KeyButton>
          <KeyButton
            letter="h"
            pressed={call.held}
            disabled={call.consult !== undefined}
            onPress={() => act({ act: call.held ? 'resume' : 'hold', ...about })}
          >
            {t(call.held ? 'act.resume' : 'act.hold')}
          </KeyButton>
          <KeyButton
            letter="m"
            pressed={call.muted}
            onPress={() => act({ act: call.muted ? 'unmute' : 'mute', ...about })}
          >
            {t(call.muted ? 'act.unmute' : 'act.mute')}
          </KeyButton>
          {call.recording !== 'none' && (
            <KeyButton
              letter="p"
              {...(call.recording === 'paused' && { tone: 'warn' as const })}
              pressed={call.recording === 'paused'}
              onPress={() =>
                act({ act: call.recording === 'paused' ? 'resume-recording' : 'pause-recording', ...about })
              }
            >
              {t(call.recording === 'paused' ? 'act.resume-recording' : 'act.pause-recording')}
            </KeyButton>
          )}
          {mayKey && (
            <KeyButton letter="#" pressed={keying} onPress={() => showKeypad(!keying)}>
              {t('keypad.title')}
            </KeyButton>
          )}
        </div>
      )}
      {mayKey && keying && (
        <Keypad key={`keypad ${call.id}`} send={(digits) => act({ act: 'digits', ...about, digits })} />
      )}
      {talkingSince !== undefined && !view.training && (
        <HandOver key={call.id} call={call} view={view} act={act} />
      )}
      <About customer={call.customer} campaign={call.campaign} />
    </section>
  );
}

/** Seen and heard: whoever put a customer on hold may be looking elsewhere. */
function Reminder() {
  const { t } = useWords();
  useEffect(() => beep(), []);
  return (
    <p className="reminder" role="alert">
      {t('call.reminded')}
    </p>
  );
}

/** What a simulated customer says: the last of it is what they say now. */
function Says({ lines, held }: { readonly lines: readonly TrainingLine[]; readonly held: boolean }) {
  const { t } = useWords();
  return (
    <ol className="says" aria-live="polite" aria-label={t('training.says')}>
      {lines.map((line) => (
        <li key={line}>{t(`training.line.${line}`)}</li>
      ))}
      {held && <li className="quiet">{t('training.onHold')}</li>}
    </ol>
  );
}

function Head(props: {
  readonly title: string;
  readonly customer: DeskCustomer;
  readonly children: ReactNode;
}) {
  const { t } = useWords();
  const { customer } = props;
  const name = customer.fields['name'];
  const number = customer.number || t('call.unknown');
  return (
    <header>
      <div>
        <span className="eyebrow">{props.title}</span>
        <h1>{name ?? number}</h1>
        <p>
          {name !== undefined && <span className="number">{number}</span>}
          {customer.operator !== undefined && <span> {customer.operator}</span>}
          {customer.vip !== undefined && <VipMark level={customer.vip} />}
        </p>
      </div>
      <div className="figures">{props.children}</div>
    </header>
  );
}

function About(props: { readonly customer: DeskCustomer; readonly campaign: DeskCampaign | undefined }) {
  const { t, language } = useWords();
  const { customer, campaign } = props;
  const fields = Object.entries(customer.fields);
  return (
    <div className="about">
      <article>
        <h2>
          {t('call.script')}
          {campaign && <small> {campaign.name}</small>}
        </h2>
        {campaign?.script ? (
          campaign.script.split(/\n+/).map((paragraph, i) => <p key={i}>{paragraph}</p>)
        ) : (
          <p className="quiet">{t('call.noScript')}</p>
        )}
      </article>
      <article>
        <h2>{t('call.fields')}</h2>
        {fields.length === 0 ? (
          <p className="quiet">{t('call.noFields')}</p>
        ) : (
          <dl>
            {fields.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {customer.campaigns?.map(({ name, attempts, lastAttemptAt }, i) => (
          <p key={i} className="quiet">
            {lastAttemptAt === undefined
              ? t('call.listed', { campaign: name })
              : t('call.calledBefore', {
                  campaign: name,
                  count: attempts,
                  at: dayTime(lastAttemptAt, language),
                })}
          </p>
        ))}
      </article>
    </div>
  );
}

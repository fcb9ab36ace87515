import { useState } from 'react';
import type { DeskAct, DeskView, Disposition } from '@branchline/shared';
import { act as askAct, DeskFailure, signOut } from './api.ts';
import { Board } from './board.tsx';
import { Callbacks } from './callbacks.tsx';
import { CallPanel } from './call-panel.tsx';
import type { CallbackChoice } from './callback-choice.tsx';
import { faultText } from './fault.ts';
import { useFeed, useNow } from './feed.ts';
import { fieldId, useFormDraft, type FormDraft } from './form-draft.ts';
import { FormPanel } from './form-panel.tsx';
import { Colleagues, History } from './history.tsx';
import { KnowledgePanel } from './knowledge-panel.tsx';
import { MessageList, Parked } from './hand-over.tsx';
import { useKeys } from './keys.ts';
import { KeyButton } from './key-button.tsx';
import { LanguageButton } from './language-button.tsx';
import { OutcomePanel } from './outcome-panel.tsx';
import { Softphone } from './softphone/softphone.tsx';
import { StatePanel } from './state-panel.tsx';
import { Voicemails } from './voicemails.tsx';
import { useWords } from './words/words.ts';

/** One agent's desk. */
export function DeskPage(props: { readonly first: DeskView; readonly leave: (reason?: string) => void }) {
  const { t } = useWords();
  const feed = useFeed(props.first, () => props.leave('BL_AUTH_REQUIRED'));
  const now = useNow(feed);
  const [fault, setFault] = useState<string>();
  const [wish, setWish] = useState<{ call: string; choice: CallbackChoice }>();
  const { view, stale } = feed;
  const { agent, call, preview } = view;

  const act = (what: DeskAct): void => {
    setFault(undefined);
    void askAct(what).then(feed.show, (error: unknown) => {
      if (error instanceof DeskFailure && error.code?.startsWith('BL_AUTH')) return props.leave(error.code);
      setFault(faultText(error, t));
    });
  };
  const [board, setBoard] = useState(false);
  const [keyed, setKeyed] = useState<string>();
  const keying = keyed !== undefined && keyed === call?.id;
  const showKeypad = (on: boolean): void => {
    setKeyed(on ? call?.id : undefined);
    if (on) requestAnimationFrame(() => document.getElementById('keypad')?.focus());
  };
  const [looking, setLooking] = useState(false);
  const again = wish?.call === call?.id ? wish?.choice : undefined;
  const form = useFormDraft(call, now);
  const dispose = ({ code, asksForm = false }: Disposition): void => {
    if (!call) return;
    if (!form.check(asksForm)) return setFault(t('form.first'));
    const answers = form.fields.length > 0 ? { answers: form.answers } : {};
    act({ act: 'dispose', call: call.id, code, ...again, ...answers });
  };
  useKeys({
    ...keysOf(view, again, act, dispose),
    ...(form.fields.length > 0 && { f: () => beginForm(form) }),
    ...(view.knowledge > 0 && {
      '/': () => (looking ? document.getElementById('knowledge')?.focus() : setLooking(true)),
    }),
    ...(call?.bridgedAt !== undefined && {
      '#': () => (keying ? document.getElementById('keypad')?.focus() : showKeypad(true)),
    }),
    ...(looking && { escape: () => setLooking(false) }),
    ...(view.board && { v: () => setBoard((shown) => !shown) }),
  });

  const warnings = [
    ...(stale ? [t('link.stale')] : []),
    ...(view.switch === 'down' ? [t('link.switch')] : []),
    ...(view.clock === 'untrusted' ? [t('link.clock')] : []),
    ...(agent.phoneLost ? [t(agent.mode === 'nailed' ? 'link.phoneLost' : 'link.phoneGone')] : []),
  ];
  return (
    <div className={['desk', stale && 'stale', view.training && 'training'].filter(Boolean).join(' ')}>
      <header className="top">
        {view.training && <strong className="training-mark">{t('training.title')}</strong>}
        <strong>{view.site}</strong>
        <span>
          {agent.name} · {agent.extension}
        </span>
        {view.board && (
          <KeyButton letter="v" pressed={board} onPress={() => setBoard(!board)}>
            {t('board.title')}
          </KeyButton>
        )}
        {view.knowledge > 0 && !board && (
          <KeyButton letter="/" pressed={looking} onPress={() => setLooking(!looking)}>
            {t('knowledge.title')}
          </KeyButton>
        )}
        <output className={`link ${view.center}`}>{t(`link.${view.center}`)}</output>
        <LanguageButton />
        <button
          type="button"
          className="quiet-button"
          onClick={() =>
            void signOut().then(
              () => props.leave(),
              () => props.leave(),
            )
          }
        >
          {t(view.training ? 'training.leave' : 'act.signOut')}
        </button>
      </header>
      {view.training && <p className="training-banner">{t('training.banner')}</p>}
      <div
        role="alert"
        className={warnings.length + (fault === undefined ? 0 : 1) === 0 ? undefined : 'warnings'}
      >
        {warnings.map((warning) => (
          <p key={warning}>{warning}</p>
        ))}
        {fault !== undefined && <p>{fault}</p>}
      </div>
      {agent.phone === 'browser' && <Softphone agent={agent} act={act} />}
      {board && view.board ? (
        <Board board={view.board} view={view} now={now} act={act} />
      ) : (
        <main>
          <div className="side">
            <StatePanel view={view} now={now} act={act} />
            <MessageList view={view} act={act} />
            <Parked view={view} now={now} act={act} />
            <Callbacks view={view} now={now} act={act} />
            <Voicemails view={view} act={act} />
            <Colleagues colleagues={view.colleagues} />
          </div>
          <div className="middle">
            {looking && view.knowledge > 0 && <KnowledgePanel close={() => setLooking(false)} />}
            <CallPanel view={view} now={now} act={act} keying={keying} showKeypad={showKeypad} />
            {call && form.fields.length > 0 && <FormPanel call={call} draft={form} act={act} />}
          </div>
          <div className="side">
            <OutcomePanel
              call={call}
              now={now}
              again={again}
              chooseAgain={(choice) => setWish(call && choice && { call: call.id, choice })}
              dispose={dispose}
              act={act}
            />
            <History contacts={view.contacts} shown={call !== undefined || preview !== undefined} />
            <p className="quiet hint">{t('keys.hint')}</p>
          </div>
        </main>
      )}
    </div>
  );
}

/** Goes to the first question that is not answered. */
function beginForm({ fields, answers }: FormDraft): void {
  const next = fields.find(({ id }) => !answers[id]) ?? fields[0];
  if (next) document.getElementById(fieldId(next.id))?.focus();
}

/** Presses the button with this key. */
function pressed(letter: string): void {
  document.querySelector<HTMLButtonElement>(`.hand-over button[aria-keyshortcuts="${letter}"]`)?.click();
}

/** What each key does now; the buttons show them. */
function keysOf(
  { agent, call, preview, mayAsk, training }: DeskView,
  again: CallbackChoice | undefined,
  act: (act: DeskAct) => void,
  dispose: (choice: Disposition) => void,
): Record<string, () => void> {
  const keys: Record<string, () => void> = {};
  if (agent.state === 'offline') keys['s'] = () => act({ act: 'login' });
  else keys['q'] = () => act({ act: 'logout' });
  if (agent.state === 'break' || agent.state === 'wrap-up' || agent.breakAfter !== undefined)
    keys['r'] = () => act({ act: 'ready' });
  if (preview) {
    keys['d'] = () => act({ act: 'dial' });
    keys['l'] = () => act({ act: 'pass' });
  } else if (mayAsk && agent.state === 'ready') keys['d'] = () => act({ act: 'next' });
  if (!call) return keys;
  for (const choice of call.campaign?.dispositions ?? [])
    if (again === undefined || !(choice.final || choice.optout)) keys[choice.key] = () => dispose(choice);
  keys['n'] = () => document.getElementById('note')?.focus();
  if (!call.up || call.bridgedAt === undefined) return keys;
  const about = { call: call.id };
  const { consult } = call;
  if (consult) {
    keys['b'] = () => act({ act: 'consult-over', ...about });
    if (!consult.mine) keys['c'] = () => act({ act: 'complete', ...about });
    if (!consult.mine && consult.state === 'private') keys['w'] = () => act({ act: 'three-way', ...about });
  } else if (!training) {
    // The choice is in the panel: its own buttons know whom.
    keys['t'] = () => document.getElementById('hand-over')?.focus();
    for (const letter of ['g', 'a']) keys[letter] = () => pressed(letter);
    keys['k'] = () => act({ act: 'park', ...about });
  }
  // The call is led by whoever asked.
  if (consult?.mine) return keys;
  keys['x'] = () => act({ act: 'hangup', ...about });
  if (!consult) keys['h'] = () => act({ act: call.held ? 'resume' : 'hold', ...about });
  keys['m'] = () => act({ act: call.muted ? 'unmute' : 'mute', ...about });
  if (call.recording !== 'none')
    keys['p'] = () =>
      act({ act: call.recording === 'paused' ? 'resume-recording' : 'pause-recording', ...about });
  return keys;
}

import { useState } from 'react';
import { Button, Input } from 'antd';
import { stepOf, type Flow, type FlowInput, type PromptVersion } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { inputWords, orderWords } from './flow-words.ts';
import { useWalkSound } from './use-walk-sound.ts';
import { beginWalk, byItself, goOn, type Walk } from './walk.ts';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** Walks a call through a flow: the same machine that the branches run, with a clock and a keypad. */
export function FlowSimulator(props: {
  readonly flow: Flow;
  readonly walk: Walk | undefined;
  /** Recordings of prompts, which are heard. */
  readonly recordings: readonly PromptVersion[];
  readonly onWalk: (walk: Walk | undefined) => void;
}) {
  const { flow, walk, recordings, onWalk } = props;
  const { t, language } = useWords();
  const [time, setTime] = useState('2026-11-18T10:00');
  const [found, setFound] = useState('');
  const [said, setSaid] = useState('');
  useWalkSound(walk, recordings);
  const at = Date.parse(`${time}:00Z`);
  const over = !walk || walk.state.outcome !== undefined;
  const next = walk && byItself(walk.state);
  const step = walk && stepOf(flow, walk.state.step);
  const takesWords = !over && step?.kind === 'menu' && step.speech !== undefined;
  const feed = (input: FlowInput): void => walk && onWalk(goOn(flow, walk, input));
  return (
    <div className="flow-simulator">
      <div className="flow-controls">
        <Input
          type="datetime-local"
          aria-label={t('flows.walk.time')}
          value={time}
          onChange={({ target }) => setTime(target.value)}
        />
        <Button type="primary" disabled={Number.isNaN(at)} onClick={() => onWalk(beginWalk(flow, at))}>
          {walk ? t('flows.walk.again') : t('flows.walk.call')}
        </Button>
      </div>
      <fieldset className="flow-keypad" aria-label={t('flows.walk.keypad')}>
        {keys.map((key) => (
          <Button key={key} disabled={over} onClick={() => feed({ type: 'key', key, at })}>
            {key}
          </Button>
        ))}
      </fieldset>
      <div className="flow-controls">
        <Button disabled={over || next === undefined} onClick={() => next && feed({ type: next, at })}>
          {next ? t(`flows.input.${next}`) : t('flows.walk.wait')}
        </Button>
        <Button danger disabled={over} onClick={() => feed({ type: 'hungup', at })}>
          {t('flows.input.hungup')}
        </Button>
      </div>
      {takesWords && (
        <div className="flow-controls">
          <Input
            aria-label={t('flows.walk.word')}
            placeholder={t('flows.walk.word')}
            value={said}
            onChange={({ target }) => setSaid(target.value)}
          />
          <Button onClick={() => feed({ type: 'said', text: said, at })}>{t('flows.walk.say')}</Button>
        </div>
      )}
      {walk?.state.doing === 'asking' && (
        <div className="flow-controls">
          <Input
            aria-label={t('flows.walk.value')}
            placeholder={t('flows.walk.value')}
            value={found}
            onChange={({ target }) => setFound(target.value)}
          />
          <Button onClick={() => feed({ type: 'found', value: found, at })}>{t('flows.walk.give')}</Button>
        </div>
      )}
      <ol className="flow-log" aria-live="polite">
        {(walk?.log ?? []).map((entry, i) => (
          // The log only grows.
          <li key={`${i} ${entry.what}`} className={`flow-log-${entry.what}`}>
            {entry.what === 'input'
              ? inputWords(t, entry.input)
              : orderWords(t, entry.order, flow.prompts, language)}
          </li>
        ))}
        {walk?.state.outcome && <li className="flow-log-end">{t(`flows.outcome.${walk.state.outcome}`)}</li>}
      </ol>
    </div>
  );
}

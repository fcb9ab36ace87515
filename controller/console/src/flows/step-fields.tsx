import { useState } from 'react';
import { Button, Checkbox, Input, InputNumber, Select } from 'antd';
import {
  exitsOf,
  promptLanguages,
  promptsOf,
  type Flow,
  type FlowStep,
  type PromptVersion,
} from '@branchline/shared';
import { minuteOfDay, weekdayName } from '../format/times.ts';
import { soundOf } from '../prompts/prompt-queries.ts';
import { spoken } from '../prompts/prompt-words.ts';
import { SoundPlayer } from '../prompts/sound-player.tsx';
import { useWords } from '../words/use-words.ts';
import { changeStep, leadTo, removeStep, renameStep, sayWords, writePrompt } from './flow-draft.ts';
import { exitWord } from './flow-words.ts';

interface Edited {
  readonly flow: Flow;
  readonly step: FlowStep;
  readonly change: (flow: Flow) => void;
}

/** Everything about one step. */
export function StepFields(
  props: Edited & {
    readonly recordings: readonly PromptVersion[];
    readonly disabled: boolean;
    readonly choose: (step: string | undefined) => void;
  },
) {
  const { flow, step, change, choose, disabled } = props;
  const { t } = useWords();
  const [name, setName] = useState(step.id);
  const set = (changed: FlowStep): void => change(changeStep(flow, step.id, changed));
  const rename = (): void => {
    const to = name.trim();
    if (to === step.id || to === '' || flow.steps.some(({ id }) => id === to)) return setName(step.id);
    change(renameStep(flow, step.id, to));
    choose(to);
  };
  return (
    <fieldset className="flow-fields" disabled={disabled}>
      <h2>{t(`flows.kind.${step.kind}`)}</h2>
      <p className="form-hint">{t(`flows.hint.${step.kind}`)}</p>
      <Field label={t('flows.field.id')}>
        <Input
          aria-label={t('flows.field.id')}
          value={name}
          maxLength={40}
          onChange={({ target }) => setName(target.value.toLowerCase().replaceAll(/[^a-z0-9-]/g, ''))}
          onBlur={rename}
          onPressEnter={rename}
        />
      </Field>
      {promptsOf(step).map((prompt) => (
        <PromptTexts key={prompt} flow={flow} prompt={prompt} recordings={props.recordings} change={change} />
      ))}
      {step.kind === 'hours' && <Hours step={step} set={set} />}
      {step.kind === 'menu' && <Words step={step} set={set} />}
      <PlainFields step={step} set={set} />
      <Exits {...props} set={set} />
      <div className="flow-controls">
        <Button
          danger
          onClick={() => {
            change(removeStep(flow, step.id));
            choose(undefined);
          }}
        >
          {t('flows.remove')}
        </Button>
      </div>
    </fieldset>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="flow-field">
      <span>{label}</span>
      {children}
    </div>
  );
}

/** What a prompt says, in both languages: a text, or a recording that takes its place. */
function PromptTexts({
  flow,
  prompt,
  recordings,
  change,
}: Omit<Edited, 'step'> & { readonly prompt: string; readonly recordings: readonly PromptVersion[] }) {
  const { t } = useWords();
  const texts = flow.prompts.find(({ name }) => name === prompt);
  const recordingIn = (language: PromptVersion['language']) =>
    recordings.find((each) => each.prompt === prompt && each.language === language);
  return (
    <>
      {promptLanguages.map((language) => (
        <Field key={language} label={t(`flows.says.${language}`, { prompt })}>
          <Input.TextArea
            autoSize
            maxLength={1000}
            aria-label={t(`flows.says.${language}`, { prompt })}
            value={texts?.[language] ?? ''}
            onChange={({ target }) => change(writePrompt(flow, prompt, language, target.value))}
          />
          <Recorded recording={recordingIn(language)} />
        </Field>
      ))}
    </>
  );
}

/** Words that stand for the keys of a menu, where a branch recognises speech. */
function Words(props: {
  readonly step: Extract<FlowStep, { kind: 'menu' }>;
  readonly set: (step: FlowStep) => void;
}) {
  const { step, set } = props;
  const { t } = useWords();
  return Object.keys(step.keys).map((key) => (
    <Field key={key} label={t('flows.field.words', { key })}>
      <Select
        mode="tags"
        open={false}
        suffixIcon={null}
        aria-label={t('flows.field.words', { key })}
        placeholder={t('flows.wordsHint')}
        value={(step.speech ?? []).filter((each) => each.key === key).map(({ says }) => says)}
        onChange={(words: string[]) => set(sayWords(step, key, words))}
      />
    </Field>
  ));
}

/** What is heard instead of the text. */
function Recorded({ recording }: { readonly recording: PromptVersion | undefined }) {
  const { t } = useWords();
  if (!recording) return null;
  return <SoundPlayer label={t('prompts.play', spoken(t, recording))} src={soundOf(recording)} />;
}

const quarterHours = Array.from({ length: 97 }, (_, i) => i * 15);
const weekdays = [1, 2, 3, 4, 5, 6, 7];

function Hours(props: {
  readonly step: Extract<FlowStep, { kind: 'hours' }>;
  readonly set: (step: FlowStep) => void;
}) {
  const { step, set } = props;
  const { t, language } = useWords();
  const times = quarterHours.map((value) => ({ value, label: minuteOfDay(value) }));
  const change = (i: number, part: Partial<(typeof step.hours)[number]>): void =>
    set({ ...step, hours: step.hours.map((each, n) => (n === i ? { ...each, ...part } : each)) });
  return (
    <>
      {step.hours.map((hours, i) => (
        // Rows have nothing that tells them apart but their place.
        <div key={i} className="flow-hours">
          <Select
            aria-label={t('form.from')}
            options={times.slice(0, -1)}
            value={hours.fromMinute}
            onChange={(fromMinute: number) => change(i, { fromMinute })}
          />
          <Select
            aria-label={t('form.to')}
            options={times.slice(1)}
            value={hours.toMinute}
            onChange={(toMinute: number) => change(i, { toMinute })}
          />
          <Button
            type="text"
            aria-label={t('common.remove')}
            disabled={step.hours.length === 1}
            onClick={() => set({ ...step, hours: step.hours.filter((_, n) => n !== i) })}
          >
            ×
          </Button>
          <Checkbox.Group
            options={weekdays.map((value) => ({ value, label: weekdayName(value, language) }))}
            value={[...hours.weekdays]}
            onChange={(chosen) => change(i, { weekdays: chosen.map(Number).toSorted((a, b) => a - b) })}
          />
        </div>
      ))}
      <Button type="dashed" onClick={() => set({ ...step, hours: [...step.hours, step.hours[0]!] })}>
        + {t('flows.addHours')}
      </Button>
      <Field label={t('flows.field.holidays')}>
        <Select
          mode="tags"
          aria-label={t('flows.field.holidays')}
          placeholder="2026-10-01"
          value={step.holidays}
          onChange={(holidays: string[]) => set({ ...step, holidays })}
        />
      </Field>
    </>
  );
}

const texts = ['url', 'field', 'into', 'variable', 'queue', 'question', 'answers'] as const;
const counts = ['deadlineMs', 'min', 'max', 'maxSeconds', 'timeoutSeconds', 'tries', 'priority'] as const;
/** Fields that may be absent have to be offered by name. */
const optional: Readonly<Partial<Record<FlowStep['kind'], readonly string[]>>> = {
  queue: ['queue', 'priority'],
};

/** Texts and numbers, whichever a step has. */
function PlainFields({ step, set }: { readonly step: FlowStep; readonly set: (step: FlowStep) => void }) {
  const { t } = useWords();
  const values = step as unknown as Readonly<Record<string, unknown>>;
  const has = (name: string): boolean => name in values || (optional[step.kind]?.includes(name) ?? false);
  // The value fits the field that it was read from.
  const put = (name: string, value: unknown): void => {
    const { [name]: _, ...rest } = values;
    set((value === '' || value === null ? rest : { ...rest, [name]: value }) as unknown as FlowStep);
  };
  return (
    <>
      {texts.filter(has).map((name) => (
        <Field key={name} label={t(`flows.field.${name}`)}>
          <Input
            aria-label={t(`flows.field.${name}`)}
            value={typeof values[name] === 'string' ? values[name] : ''}
            onChange={({ target }) => put(name, target.value)}
          />
        </Field>
      ))}
      {counts.filter(has).map((name) => (
        <Field key={name} label={t(`flows.field.${name}`)}>
          <InputNumber
            aria-label={t(`flows.field.${name}`)}
            value={typeof values[name] === 'number' ? values[name] : null}
            onChange={(value) => put(name, value)}
          />
        </Field>
      ))}
      {step.kind === 'transfer' && (
        <Field label={t('flows.field.phones')}>
          <Select
            mode="tags"
            aria-label={t('flows.field.phones')}
            value={step.phones}
            onChange={(phones: string[]) => set({ ...step, phones })}
          />
        </Field>
      )}
      {step.kind === 'opt-out' && (
        <Field label={t('flows.field.scope')}>
          <Select
            aria-label={t('flows.field.scope')}
            options={(['campaign', 'all'] as const).map((value) => ({
              value,
              label: t(`flows.scope.${value}`),
            }))}
            value={step.scope}
            onChange={(scope: 'campaign' | 'all') => set({ ...step, scope })}
          />
        </Field>
      )}
      {(step.kind === 'hang-up' || step.kind === 'lookup') && step.prompt === undefined && (
        <Button type="dashed" onClick={() => set({ ...step, prompt: step.id })}>
          + {t(step.kind === 'lookup' ? 'flows.addMeanwhile' : 'flows.addPrompt')}
        </Button>
      )}
    </>
  );
}

/** Where each way out of a step leads. */
function Exits(props: Edited & { readonly set: (step: FlowStep) => void }) {
  const { flow, step, set } = props;
  const { t } = useWords();
  const [fresh, setFresh] = useState('');
  const exits = exitsOf(step);
  if (exits.length === 0) return null;
  const by = step.kind === 'menu' ? 'key' : step.kind === 'condition' ? 'case' : undefined;
  const add = (): void => {
    if (by && fresh !== '') set(leadTo(step, { by, value: fresh }, exits[0]!.to));
    setFresh('');
  };
  return (
    <>
      <h3>{t('flows.ways')}</h3>
      {exits.map((exit) => (
        <Field key={`${exit.by} ${exit.value ?? ''}`} label={exitWord(t, exit)}>
          <span className="flow-exit-row">
            <Select
              aria-label={exitWord(t, exit)}
              options={flow.steps.map(({ id }) => ({ value: id, label: id }))}
              value={exit.to}
              onChange={(to: string) => set(leadTo(step, exit, to))}
              showSearch
            />
            {(exit.by === 'key' || exit.by === 'case') && (
              <Button
                type="text"
                aria-label={t('common.remove')}
                disabled={exits.filter((each) => each.by === exit.by).length === 1}
                onClick={() => set(without(step, exit.value ?? ''))}
              >
                ×
              </Button>
            )}
          </span>
        </Field>
      ))}
      {by && (
        <span className="flow-exit-row">
          <Input
            aria-label={t(`flows.fresh.${by}`)}
            placeholder={t(`flows.fresh.${by}`)}
            maxLength={by === 'key' ? 1 : 100}
            value={fresh}
            onChange={({ target }) => setFresh(target.value)}
            onPressEnter={add}
          />
          <Button onClick={add}>{t('flows.addWay')}</Button>
        </span>
      )}
    </>
  );
}

function without(step: FlowStep, value: string): FlowStep {
  const rest = (ways: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(ways).filter(([key]) => key !== value));
  if (step.kind === 'menu') return { ...sayWords(step, value, []), keys: rest(step.keys) };
  return step.kind === 'condition' ? { ...step, cases: rest(step.cases) } : step;
}

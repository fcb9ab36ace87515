import type { KeyboardEvent } from 'react';
import { longestAnswer, type DeskAct, type DeskCall, type FormField } from '@branchline/shared';
import { fieldId, type FormDraft } from './form-draft.ts';
import { useWords } from './words/words.ts';

/** What the campaign asks about the call, during it and after it. */
export function FormPanel(props: {
  readonly call: DeskCall;
  readonly draft: FormDraft;
  readonly act: (act: DeskAct) => void;
}) {
  const { t } = useWords();
  const { call, draft, act } = props;
  const { fields, answers, faults, saved } = draft;
  const begun = Object.values(answers).some((answer) => answer.trim() !== '');
  return (
    <section className="form" aria-label={t('form.title')}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.check(false)) act({ act: 'answer', call: call.id, answers });
        }}
      >
        <h2>
          {t('form.title')} <kbd aria-hidden>F</kbd>
        </h2>
        <div className="fields">
          {fields.map((field) => {
            const found = faults.find((each) => each.field.id === field.id);
            const problem = `${fieldId(field.id)}-problem`;
            return (
              <div key={field.id} className={field.kind === 'long-text' ? 'wide' : undefined}>
                <label htmlFor={fieldId(field.id)}>
                  {field.label}
                  {field.required && <b title={t('form.required')}> *</b>}
                </label>
                <Answer
                  field={field}
                  answer={answers[field.id] ?? ''}
                  set={(answer) => draft.set(field.id, answer)}
                  problem={found && problem}
                />
                {found && (
                  <p id={problem} className="fault">
                    {t(`form.fault.${found.fault}`, { limit: found.limit })}
                  </p>
                )}
              </div>
            );
          })}
        </div>
        <div className="row">
          <output className="quiet">
            {saved ? t('outcome.saved') : begun ? t('form.draft') : t('form.hint')}
          </output>
          <button type="submit" disabled={saved || !begun}>
            {t('act.answer')} <kbd aria-hidden>Ctrl ⏎</kbd>
          </button>
        </div>
      </form>
    </section>
  );
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function sendOnControlEnter(event: KeyboardEvent<Field>): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
}

function Answer(props: {
  readonly field: FormField;
  readonly answer: string;
  readonly set: (answer: string) => void;
  /** The element that says what is wrong. */
  readonly problem: string | undefined;
}) {
  const { t } = useWords();
  const { field, answer, set, problem } = props;
  const { kind, max, choices = [] } = field;
  const common = {
    id: fieldId(field.id),
    value: answer,
    'aria-required': field.required,
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem,
    onChange: (event: { readonly target: { readonly value: string } }) => set(event.target.value),
    onKeyDown: sendOnControlEnter,
  };
  switch (kind) {
    case 'text':
      return <input {...common} type="text" maxLength={max ?? longestAnswer.text} autoComplete="off" />;
    case 'long-text':
      return <textarea {...common} rows={3} maxLength={max ?? longestAnswer['long-text']} />;
    case 'number':
      return <input {...common} type="text" inputMode="decimal" maxLength={21} autoComplete="off" />;
    case 'date':
      return <input {...common} type="date" />;
    case 'choice':
    case 'yes-no': {
      const options =
        kind === 'choice'
          ? choices.map((choice) => [choice, choice] as const)
          : (['yes', 'no'] as const).map((choice) => [choice, t(`form.${choice}`)] as const);
      return (
        <select {...common}>
          <option value="">{t('form.choose')}</option>
          {options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      );
    }
  }
}

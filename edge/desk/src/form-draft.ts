import { useState } from 'react';
import {
  findAnswerFaults,
  keptAnswers,
  type AnswerFault,
  type DeskCall,
  type FormAnswers,
  type FormField,
} from '@branchline/shared';
import { useDraft } from './draft.ts';
import { localText } from './times.ts';

/** The form of a call as its agent fills it in. */
export interface FormDraft {
  readonly fields: readonly FormField[];
  readonly answers: FormAnswers;
  readonly set: (field: string, answer: string) => void;
  /** What is wrong, once it has been asked for. */
  readonly faults: readonly AnswerFault[];
  /**
   * Whether it can be sent; otherwise what is wrong is shown and the first of it has the focus.
   * @param complete required fields have to be answered
   */
  readonly check: (complete: boolean) => boolean;
  /** The box has these answers. */
  readonly saved: boolean;
}

/** The field's element on the page. */
export const fieldId = (field: string): string => `form-${field}`;

/** @param now business time of the box */
export function useFormDraft(call: DeskCall | undefined, now: number): FormDraft {
  const [text, setText] = useDraft(`form ${call?.id ?? ''}`);
  const [asked, setAsked] = useState<{ readonly call: string; readonly complete: boolean }>();
  const fields = call?.campaign?.form ?? [];
  const stored = call?.answers ?? {};
  const answers = text === '' ? stored : readAnswers(text);
  const faultsNow = (complete: boolean): AnswerFault[] =>
    findAnswerFaults(fields, answers, complete, localText(now).slice(0, 10));
  return {
    fields,
    answers,
    set: (field, answer) => setText(JSON.stringify({ ...answers, [field]: answer })),
    faults: asked && asked.call === call?.id ? faultsNow(asked.complete) : [],
    check: (complete) => {
      const [first] = faultsNow(complete);
      if (call) setAsked({ call: call.id, complete });
      if (first) document.getElementById(fieldId(first.field.id))?.focus();
      return first === undefined;
    },
    saved:
      call?.answers !== undefined &&
      JSON.stringify(keptAnswers(fields, answers)) === JSON.stringify(keptAnswers(fields, stored)),
  };
}

function readAnswers(text: string): FormAnswers {
  try {
    return JSON.parse(text) as FormAnswers;
  } catch {
    return {};
  }
}

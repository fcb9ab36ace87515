import {
  findAnswerFaults,
  keptAnswers,
  localTime,
  type Clock,
  type ClockTrust,
  type EdgeCampaign,
  type FormAnswers,
  type IdSource,
} from '@branchline/shared';
import { refuse } from '../refuse.ts';
import type { Ledger } from '../store/index.ts';

export interface FormsOptions {
  readonly ledger: Pick<Ledger, 'append'>;
  readonly business: Clock;
  readonly ids: IdSource;
  readonly clockTrust: () => ClockTrust;
  /** The site's. */
  readonly zone: () => string;
}

/** A campaign as far as its form is concerned. */
export type Asking = Pick<EdgeCampaign, 'id' | 'form'>;

/** Answers of so many calls are remembered. */
const mostCalls = 2000;

/** What agents have answered of the forms of their campaigns. */
export class Forms {
  readonly #options: FormsOptions;
  readonly #answers = new Map<string, FormAnswers>();

  constructor(options: FormsOptions) {
    this.#options = options;
  }

  /** What is stored of a call, since the box was started. */
  of(call: string): FormAnswers | undefined {
    return this.#answers.get(call);
  }

  /**
   * Stores what an agent has answered about a call; the same answers once more change nothing.
   * @throws BranchlineError `BL_DESK_REFUSED` for an answer that does not fit its field
   */
  async answer(
    { id: campaign, form = [] }: Asking,
    call: string,
    agent: string,
    given: FormAnswers,
  ): Promise<void> {
    if (form.length === 0) refuse('the campaign has no form');
    const [fault] = findAnswerFaults(form, given, false, this.#today);
    if (fault) refuse(`the answer to “${fault.field.label}” does not fit`);
    const answers = keptAnswers(form, given);
    if (JSON.stringify(answers) === JSON.stringify(this.of(call) ?? {})) return;
    const { ledger, business, ids, clockTrust } = this.#options;
    const row = {
      at: business.now(),
      clock: clockTrust(),
      id: ids(),
      type: 'form' as const,
      call,
      campaign,
      agent,
      answers: form.flatMap(({ id: field, label }) => {
        const answer = answers[field];
        return answer === undefined ? [] : [{ field, label, answer }];
      }),
    };
    await ledger.append({ rows: [{ stream: 'event', row }] });
    this.#answers.delete(call);
    this.#answers.set(call, answers);
    if (this.#answers.size > mostCalls) this.#answers.delete(this.#answers.keys().next().value!);
  }

  /** The first question of a call's form that has to be answered before an outcome that asks for it. */
  missing({ form = [] }: Asking, call: string): string | undefined {
    return findAnswerFaults(form, this.of(call) ?? {}, true, this.#today)[0]?.field.label;
  }

  get #today(): string {
    return localTime(this.#options.business.now(), this.#options.zone()).date;
  }
}

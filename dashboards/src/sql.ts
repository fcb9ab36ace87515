import { lineFaults, liveAnswers, pickedUp, type Outcome } from '@branchline/shared';

/** Everything reads the deduplicated rows. */
export const from = {
  calls: 'branchline.calls_unique',
  attempts: 'branchline.attempts_unique',
  dispositions: 'branchline.dispositions_unique',
  agentEvents: 'branchline.agent_events_unique',
  queueSteps: 'branchline.queue_steps_unique',
  formAnswers: 'branchline.form_answers_unique',
  surveys: 'branchline.surveys_unique',
  events: 'branchline.events_unique',
  metrics: 'branchline.metrics_unique',
  lineMinutes: 'branchline.line_minutes_unique',
} as const;

/** Rows of the page's time range. */
export const within = (column: string): string => `$__timeFilter(${column})`;

/** Start of the interval a row belongs to. */
export const moment = (column: string): string => `$__timeInterval(${column}) AS time`;

/** Rows of what is chosen; all of them when "All" is. */
export const chosen = (variable: string, column: string = variable): string =>
  `$__conditionalAll(${column} IN (\${${variable}:sqlstring}), $${variable})`;

/** Part of a whole, 0–1; nothing when there is no whole. */
export const share = (part: string, whole: string): string => `${part} / nullIf(${whole}, 0)`;

/** Milliseconds from one instant to another, never negative. */
export const millis = (start: string, end: string): string =>
  `greatest(0, dateDiff('millisecond', ${start}, ${end}))`;

/** Seconds a call spent with agents. */
export const talkSeconds = `arraySum(arrayMap((kind, start, end) -> if(kind = 'agent', ${millis('start', 'end')}, 0), segments.kind, segments.from, segments.to)) / 1000`;

const among = (outcomes: readonly Outcome[]): string => outcomes.map((outcome) => `'${outcome}'`).join(', ');
/** An outcome that belongs to a person who picked up, whatever came of it. */
export const isPickedUp = (column = 'outcome'): string => `${column} IN (${among(pickedUp)})`;
export const answered = `countIf(outcome = 'ANSWERED')`;
export const abandoned = `countIf(outcome = 'ABANDONED')`;
/** People who picked up, whether or not an agent was there or looked for. */
export const picked = `countIf(${isPickedUp()})`;
/** People who had an agent or should have had one: abandoned calls are a part of these. */
export const live = `countIf(outcome IN (${among(liveAnswers)}))`;
/** Outcomes that are the line's fault, as a list for IN. */
export const faults = among([...lineFaults]);

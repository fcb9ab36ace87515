import type {
  AgentChoice,
  AttemptPace,
  CallMoment,
  CallStory,
  CallView,
  EventRow,
  Leg,
  LineRank,
  LineVerdict,
  Outcome,
  Segment,
  Try,
  VoicemailHandling,
} from '@branchline/shared';
import type { ClickHouse } from '../clickhouse.ts';
import { aroundCall, findCall, findRelatedCalls, around } from './recent-calls.ts';
import type { SiteScope } from './scope.ts';

/** What the list of calls does not show. Instants are epoch ms, null where it did not happen. */
interface CallFacts {
  callerId: string;
  conversation: string;
  attempt: string | null;
  lead: string | null;
  startedAt: number;
  earlyAt: number | null;
  answeredAt: number | null;
  bridgedAt: number | null;
  endedAt: number;
  hangupBy: string;
  cause: string;
  q850: number;
  sipStatus: number;
  recordingFile: string;
  recordingMs: number | null;
  mos: number | null;
  loss: number | null;
  jitterMs: number | null;
  agentMos: number | null;
  recordingNoticeAt: number | null;
  choiceBy: string;
  choicePassed: readonly (readonly [line: string, verdict: string])[];
  recordingPauses: readonly (readonly [number, number])[];
  guestOf: string;
  sentTo: string;
  evidence: string;
  clock: string;
  legs: [id: string, role: string, startedAt: number, endedAt: number, cause: string][];
  segments: [kind: string, from: number, to: number, agent: string][];
}

interface AttemptFacts {
  number: string;
  ordinal: number;
  dueAt: number;
  startedAt: number;
  endedAt: number;
  outcome: Outcome;
  pace: string;
  tries: [
    id: string,
    ordinal: number,
    number: string,
    line: string,
    start: number,
    end: number,
    outcome: string,
  ][];
}

type RefusedEvent = Extract<EventRow, { type: 'gate-refused' }>;

/** Boxes list messages, and keep promises, for two weeks. */
const afterCall = `e.at >= fromUnixTimestamp64Milli({at:Int64}) AND e.at < fromUnixTimestamp64Milli({at:Int64}) + INTERVAL 15 DAY`;

const ms = (column: string): string => `toUnixTimestamp64Milli(${column})`;
const maybeMs = (column: string): string => `if(${column} IS NULL, NULL, ${ms(`assumeNotNull(${column})`)})`;

/**
 * One call from its attempt to its disposition, in the order of time; undefined when there is none in the scope.
 * @throws BranchlineError `BL_CLICKHOUSE_UNREACHABLE`
 */
export async function readCallStory(
  clickHouse: ClickHouse,
  id: string,
  scope: SiteScope,
): Promise<CallStory | undefined> {
  const call = await findCall(clickHouse, id, scope);
  if (!call) return undefined;
  const { at } = call;
  const facts = await readFacts(clickHouse, id, at);
  const ids = {
    id,
    at,
    conversation: facts.conversation,
    ...(facts.attempt !== null && { attempt: facts.attempt }),
  };
  const [attempt, agents, dispositions, notes, handings, message, refused, answers, forms, related] =
    await Promise.all([
      facts.attempt === null ? undefined : readAttempt(clickHouse, facts.attempt, at),
      readAgentEvents(clickHouse, id, at),
      readDispositions(clickHouse, id),
      readNotes(clickHouse, id, at),
      readHandings(clickHouse, id, at),
      readMessage(clickHouse, call),
      readRefused(clickHouse, call),
      readSurvey(clickHouse, id, at),
      readForms(clickHouse, id, at),
      findRelatedCalls(clickHouse, ids, scope),
    ]);
  const moments = [
    ...(attempt ? attemptBegins(attempt, id) : [arrival(facts)]),
    ...choiceMoments(facts, call.line),
    ...callMoments(facts),
    ...(attempt ? [{ at: attempt.endedAt, what: 'attempt-ended' as const, outcome: attempt.outcome }] : []),
    ...agents,
    ...dispositions,
    ...notes,
    ...handings,
    ...message,
    ...refused,
    ...answers,
    ...forms,
  ];
  return {
    call,
    callerId: facts.callerId,
    conversation: facts.conversation,
    ...(facts.attempt !== null && { attempt: facts.attempt }),
    ...(facts.lead !== null && { lead: facts.lead }),
    endedAt: facts.endedAt,
    evidence: facts.evidence,
    clock: facts.clock,
    ...(facts.recordingFile !== '' && {
      recording: { file: facts.recordingFile, ms: facts.recordingMs ?? 0 },
    }),
    ...((facts.mos !== null || facts.agentMos !== null) && { quality: qualityOf(facts) }),
    legs: facts.legs.map(([leg, role, startedAt, endedAt, cause]) => ({
      id: leg,
      role: role as Leg['role'],
      startedAt,
      endedAt,
      cause,
    })),
    // What happened in the same moment stays in the order above.
    moments: moments.toSorted((a, b) => a.at - b.at),
    related,
  };
}

function arrival({ startedAt: at, guestOf }: CallFacts): CallMoment {
  return guestOf === '' ? { at, what: 'arrived' } : { at, what: 'came-from-site', site: guestOf };
}

/** Calls of boxes that did not tell yet have none. */
function choiceMoments({ choiceBy, choicePassed, startedAt }: CallFacts, line: string): CallMoment[] {
  if (choiceBy === '') return [];
  const passed = choicePassed.map(([passedLine, verdict]) => ({
    line: passedLine,
    verdict: verdict as LineVerdict,
  }));
  return [{ at: startedAt, what: 'line-chosen', line, by: choiceBy as LineRank, passed }];
}

function qualityOf({ mos, loss, jitterMs, agentMos }: CallFacts): NonNullable<CallStory['quality']> {
  return {
    ...(mos !== null && { customer: { mos, loss: loss ?? 0, jitterMs: jitterMs ?? 0 } }),
    ...(agentMos !== null && { agentMos }),
  };
}

async function readFacts(clickHouse: ClickHouse, id: string, at: number): Promise<CallFacts> {
  const [facts] = await clickHouse.query<CallFacts>(
    `SELECT c.caller_id AS callerId, toString(c.conversation) AS conversation,
       toString(c.attempt) AS attempt, toString(c.lead) AS lead,
       ${ms('c.started_at')} AS startedAt, ${maybeMs('c.early_at')} AS earlyAt,
       ${maybeMs('c.answered_at')} AS answeredAt, ${maybeMs('c.bridged_at')} AS bridgedAt,
       ${ms('c.ended_at')} AS endedAt, c.hangup_by AS hangupBy, c.cause AS cause, c.q850 AS q850,
       c.sip_status AS sipStatus, c.recording_file AS recordingFile, c.recording_ms AS recordingMs,
       ${maybeMs('c.recording_notice_at')} AS recordingNoticeAt, c.mos AS mos, c.loss AS loss, c.jitter_ms AS jitterMs, c.agent_mos AS agentMos,
       arrayMap(span -> tuple(${ms('span.1')}, ${ms('span.2')}), c.recording_pauses) AS recordingPauses,
       c.choice_by AS choiceBy, c.choice_passed AS choicePassed, c.guest_of AS guestOf, c.sent_to AS sentTo, c.evidence AS evidence, c.clock AS clock,
       arrayMap((id, role, start, end, cause) -> tuple(id, role, ${ms('start')}, ${ms('end')}, cause),
         c.legs.id, c.legs.role, c.legs.started_at, c.legs.ended_at, c.legs.cause) AS legs,
       arrayMap((kind, start, end, agent) -> tuple(kind, ${ms('start')}, ${ms('end')}, agent),
         c.segments.kind, c.segments.from, c.segments.to, c.segments.agent) AS segments
     FROM ${clickHouse.database}.calls_unique AS c WHERE ${aroundCall} AND c.id = {id:UUID} LIMIT 1`,
    { ...around(at), id },
  );
  // It was found a moment ago, and rows are only ever added.
  return facts!;
}

async function readAttempt(
  clickHouse: ClickHouse,
  id: string,
  at: number,
): Promise<AttemptFacts | undefined> {
  const [found] = await clickHouse.query<AttemptFacts>(
    `SELECT c.number AS number, c.ordinal AS ordinal, ${ms('c.due_at')} AS dueAt,
       ${ms('c.started_at')} AS startedAt, ${ms('c.ended_at')} AS endedAt, c.outcome AS outcome, c.pace AS pace,
       arrayMap((id, ordinal, number, line, start, end, outcome) ->
         tuple(toString(id), ordinal, number, line, ${ms('start')}, ${ms('end')}, outcome),
         c.tries.id, c.tries.ordinal, c.tries.number, c.tries.line, c.tries.started_at, c.tries.ended_at,
         c.tries.outcome) AS tries
     FROM ${clickHouse.database}.attempts_unique AS c WHERE ${aroundCall} AND c.id = {id:UUID} LIMIT 1`,
    { ...around(at), id },
  );
  return found;
}

async function readAgentEvents(clickHouse: ClickHouse, call: string, at: number): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{
    at: number;
    agent: string;
    from: string;
    to: string;
    reason: string;
    extension: string;
    by: string;
    ahead: string;
  }>(
    `SELECT ${ms('e.at')} AS at, e.agent AS agent, e.from_state AS from, e.to_state AS to, e.reason AS reason,
       e.extension AS extension, e.chosen_by AS by, e.chosen_ahead AS ahead
     FROM ${clickHouse.database}.agent_events_unique AS e
     WHERE ${aroundCall.replaceAll('c.started_at', 'e.at')} AND e.call = {call:UUID} ORDER BY e.at, e.seq LIMIT 100`,
    { ...around(at), call },
  );
  return rows.map(({ from, to, extension, by, ahead, ...row }) => ({
    ...row,
    what: 'agent',
    // The states of the contract; rows were checked against it when they came in.
    from: from as 'ready',
    to: to as 'ready',
    ...(extension !== '' && { extension }),
    ...(by !== '' && { choice: { by, ...(ahead !== '' && { ahead }) } as AgentChoice }),
  }));
}

async function readDispositions(clickHouse: ClickHouse, call: string): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; agent: string; code: string; by: string }>(
    `SELECT ${ms('d.at')} AS at, d.agent AS agent, d.code AS code, d.by AS by
     FROM ${clickHouse.database}.dispositions_by_call_unique AS d WHERE d.call = {call:UUID} ORDER BY d.at, d.seq LIMIT 100`,
    { call },
  );
  return rows.map((row) => ({ ...row, what: 'disposition' }));
}

async function readNotes(clickHouse: ClickHouse, call: string, at: number): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; agent: string; text: string }>(
    `SELECT ${ms('e.at')} AS at, JSONExtractString(e.detail, 'agent') AS agent, JSONExtractString(e.detail, 'text') AS text
     FROM ${clickHouse.database}.events_unique AS e
     WHERE ${aroundCall.replaceAll('c.started_at', 'e.at')} AND e.type = 'note' AND JSONExtractString(e.detail, 'call') = {call:String}
     ORDER BY e.at, e.seq LIMIT 100`,
    { ...around(at), call },
  );
  return rows.map((row) => ({ ...row, what: 'note' }));
}

/** Who the customer was handed to, who listened, who keyed digits to them, and which supervisor ended it. */
async function readHandings(clickHouse: ClickHouse, call: string, at: number): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; type: string; detail: string }>(
    `SELECT ${ms('e.at')} AS at, e.type AS type, e.detail AS detail
     FROM ${clickHouse.database}.events_unique AS e
     WHERE ${aroundCall.replaceAll('c.started_at', 'e.at')} AND e.type IN ('transferred', 'monitored', 'supervised', 'digits-sent')
       AND JSONExtractString(e.detail, 'call') = {call:String}
     ORDER BY e.at, e.seq LIMIT 100`,
    { ...around(at), call },
  );
  return rows.flatMap((row): CallMoment[] => {
    // Rows were checked against the contract when they came in.
    const fact = { ...(JSON.parse(row.detail) as object), type: row.type } as EventRow;
    if (fact.type === 'transferred') {
      const { how, from, to, by } = fact;
      const sides = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      return [{ at: row.at, what: fact.type, how, by, ...sides }];
    }
    if (fact.type === 'supervised') {
      const { agent, by } = fact;
      return [{ at: row.at, what: fact.type, by, ...(agent !== undefined && { agent }) }];
    }
    if (fact.type === 'digits-sent')
      return [{ at: row.at, what: fact.type, agent: fact.agent, count: fact.count }];
    if (fact.type !== 'monitored') return [];
    const { mode, extension, agent, by } = fact;
    return [{ at: row.at, what: fact.type, mode, extension, by, ...(agent !== undefined && { agent }) }];
  });
}

/** What agents did about the message that was left. */
async function readMessage(clickHouse: ClickHouse, call: CallView): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; act: VoicemailHandling; agent: string }>(
    `SELECT ${ms('e.at')} AS at, JSONExtractString(e.detail, 'act') AS act, JSONExtractString(e.detail, 'agent') AS agent
     FROM ${clickHouse.database}.events_unique AS e
     WHERE e.edge = {edge:String} AND ${afterCall} AND e.type = 'voicemail-handled' AND JSONExtractString(e.detail, 'call') = {call:String}
     ORDER BY e.at, e.seq LIMIT 100`,
    { edge: call.edge, at: call.at, call: call.id },
  );
  return rows.map((row) => ({ ...row, what: 'voicemail-handled' }));
}

/** What the gate did not let out for this call: to somebody outside, or back to whoever waited or left a message. */
async function readRefused(clickHouse: ClickHouse, call: CallView): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; detail: string }>(
    `SELECT ${ms('e.at')} AS at, e.detail AS detail
     FROM ${clickHouse.database}.events_unique AS e
     WHERE e.edge = {edge:String} AND ${afterCall} AND e.type = 'gate-refused' AND JSONExtractString(e.detail, 'call') = {call:String}
     ORDER BY e.at, e.seq LIMIT 100`,
    { edge: call.edge, at: call.at, call: call.id },
  );
  return rows.map(({ at, detail }) => {
    // Rows were checked against the contract when they came in.
    const { what: wanted, number, agent, rule, until } = JSON.parse(detail) as Omit<RefusedEvent, 'at'>;
    const more = { ...(agent !== undefined && { agent }), ...(until !== undefined && { until }) };
    return { at, what: 'gate-refused', wanted, number, rule, ...more };
  });
}

async function readSurvey(clickHouse: ClickHouse, call: string, at: number): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{ at: number; question: string; answer: string }>(
    `SELECT ${ms('s.at')} AS at, s.question AS question, s.answer AS answer
     FROM ${clickHouse.database}.surveys_unique AS s
     WHERE ${aroundCall.replaceAll('c.started_at', 's.at')} AND s.call = {call:UUID} ORDER BY s.at, s.seq LIMIT 100`,
    { ...around(at), call },
  );
  return rows.map((row) => ({ ...row, what: 'survey' }));
}

async function readForms(clickHouse: ClickHouse, call: string, at: number): Promise<CallMoment[]> {
  const rows = await clickHouse.query<{
    at: number;
    agent: string;
    answers: [label: string, answer: string][];
  }>(
    `SELECT ${ms('f.at')} AS at, f.agent AS agent,
       arrayMap((label, answer) -> tuple(label, answer), f.answers.label, f.answers.answer) AS answers
     FROM ${clickHouse.database}.form_answers_unique AS f
     WHERE ${aroundCall.replaceAll('c.started_at', 'f.at')} AND f.call = {call:UUID} ORDER BY f.at, f.seq LIMIT 100`,
    { ...around(at), call },
  );
  return rows.map(({ answers, ...row }) => ({
    ...row,
    what: 'form',
    answers: answers.map(([label, answer]) => ({ label, answer })),
  }));
}

function attemptBegins(attempt: AttemptFacts, call: string): CallMoment[] {
  const { number, ordinal, dueAt, startedAt } = attempt;
  const pace = attempt.pace === '' ? undefined : (JSON.parse(attempt.pace) as AttemptPace);
  return [
    { at: startedAt, what: 'attempt', ordinal, dueAt, number, ...(pace && { pace }) },
    ...attempt.tries.map(([id, nth, dialed, line, start, end, result]): CallMoment => {
      const made = { id, ordinal: nth, number: dialed, line, startedAt: start, endedAt: end };
      return {
        at: start,
        what: 'try',
        try: { ...made, outcome: result as Try['outcome'] },
        thisCall: id === call,
      };
    }),
  ];
}

function callMoments(facts: CallFacts): CallMoment[] {
  const { earlyAt, answeredAt, bridgedAt, endedAt, hangupBy, cause, q850, sipStatus } = facts;
  const happened = (what: 'early' | 'answered' | 'bridged', at: number | null): CallMoment[] =>
    at === null ? [] : [{ at, what }];
  return [
    ...happened('early', earlyAt),
    ...happened('answered', answeredAt),
    ...happened('bridged', bridgedAt),
    ...facts.segments.map(([kind, from, to, agent]): CallMoment => {
      if (kind === 'agent' && agent === '' && facts.sentTo !== '')
        return { at: from, what: 'talked-away', site: facts.sentTo, to };
      const segment = { kind: kind as Segment['kind'], from, to, ...(agent !== '' && { agent }) };
      return { at: from, what: 'segment', segment };
    }),
    ...(facts.recordingNoticeAt === null
      ? []
      : [{ at: facts.recordingNoticeAt, what: 'recording-notice' as const }]),
    ...facts.recordingPauses.map(([from, to]): CallMoment => ({ at: from, what: 'recording-paused', to })),
    { at: endedAt, what: 'ended', by: hangupBy, cause, q850, sipStatus },
  ];
}

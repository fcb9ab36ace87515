import { causeFrom, causes } from './causes.ts';
import type { SwitchCore } from './core.ts';
import { admitLeg, beginLeg, stillborn } from './outgoing-leg.ts';
import type { DialRequest } from './outgoing-leg.ts';
import type { Session, SessionRuntime } from './session.ts';

/**
 * Begins a leg over FreeTDM (`freetdm/<span>/<channel>/<number>`): the span gives the channel, and its carrier decides how the call goes.
 * @returns the session that rings, or the cause why there is none
 */
export async function spanLeg(
  core: SwitchCore,
  runtime: SessionRuntime,
  variables: ReadonlyMap<string, string>,
  path: readonly string[],
  request: DialRequest,
): Promise<Session | string> {
  const { spans } = core.options;
  if (!spans) return 'CHAN_NOT_IMPLEMENTED';
  const uuid = admitLeg(core, variables);
  if (uuid === undefined) return 'DESTINATION_OUT_OF_ORDER';
  const own = (): Session | undefined => core.sessions.get(uuid);
  const [span = '', channel = '', number = ''] = path;
  const found = await spans.dial({
    span,
    channel,
    number,
    from: variables.get('origination_caller_id_number')?.replace(/^\+/, '') ?? '',
    session: uuid,
    side: {
      alerting: () => own()?.ringing(),
      answered: () => own()?.answer(),
      released: (q850) => own()?.hangup(causeFrom(String(q850)), 'party'),
    },
  });
  if (core.dead && typeof found !== 'number') found.hangUp(causes['NORMAL_TEMPORARY_FAILURE']!);
  if (core.dead) return 'CRASH';
  if (typeof found === 'number') {
    stillborn(core, uuid);
    return causeFrom(String(found));
  }
  const place = `${found.spanNumber}:${found.channel}`;
  const session = beginLeg(core, runtime, {
    uuid,
    endpoint: 'freetdm',
    name: `FreeTDM/${place}/${number}`,
    number,
    sip: undefined,
    variables: new Map([
      ...variables,
      ['freetdm_span_name', found.span],
      ['freetdm_span_number', String(found.spanNumber)],
      ['freetdm_chan_number', String(found.channel)],
    ]),
    request,
  });
  session.party = { released: (cause) => found.hangUp(causes[cause] ?? 16) };
  return session;
}

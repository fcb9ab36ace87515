import { canBeHeard, defaultCodecs, type Desired, type Line } from '@branchline/shared';
import { playable, promptFiles } from './prompt-files.ts';
import type { SwitchSettings } from './settings.ts';
import { nameSpans, spanBridge, spanLines } from './spans.ts';
import type { Xml } from './xml.ts';

/** Contexts of the rendered dialplan. */
export const contexts = {
  agents: 'agents',
  inbound: 'inbound',
  sites: 'sites',
  survival: 'survival',
} as const;

/** SIP header in which the id of a conversation goes to another site. */
export const conversationHeader = 'X-Branchline-Conversation';

/** Whether FreeSWITCH reaches a line as a gateway: carriers, and this box's own modems. */
export function hasGateway({ enabled, sip, modem }: Line): boolean {
  return enabled && (sip !== undefined || modem?.audio !== undefined);
}

/** Extensions of the context `survival`: what happens when our process does not take a leg in time. */
export const survival = {
  /** A customer answered and nobody came: a message, then the call ends. */
  safeHarbour: 'safe-harbour',
  /** An inbound call nobody steered: the fallback group rings. */
  fallback: 'fallback',
  /** A caller of another site whom nobody let in: they wait on there. */
  turnedAway: 'turned-away',
  /** A feature code without our process. */
  offline: 'offline',
  /** The agent's side of a talk ended. */
  afterCall: 'after-call',
  /** A customer leaves their agent: parked, until our process knows where to. */
  handOver: 'hand-over',
  /** FreeSWITCH's own mod_amd says who answered, where there is one; then parked. */
  judge: 'judge',
  /** A machine answered: the leg waits for the end of its greeting. */
  beep: 'await-beep',
  /** An inbound caller leaves a message. */
  voicemail: 'voicemail',
  /** An inbound caller will be called back. */
  callBack: 'call-back',
  /** Before extensions, joined by `-`: these phones ring, then the fallback group. */
  ring: 'ring-',
  /** Before the name of a prompt: it is left on a machine. */
  machine: 'leave-',
} as const;

/** Feature codes of the desk phones (`phones.md` 8); `$1` is the digit that follows. */
export const featureCodes = [
  { code: '\\*11', wants: 'login' },
  { code: '\\*12', wants: 'logout' },
  { code: '\\*13(\\d?)', wants: 'break' },
  { code: '\\*14', wants: 'ready' },
  { code: '\\*15', wants: 'wrap-up-done' },
  { code: '\\*16', wants: 'next' },
  { code: '\\*16(\\d)', wants: 'disposition' },
  { code: '\\*17(|\\d{4})', wants: 'promise' },
  { code: '\\*0(\\d{2,6})', wants: 'monitor' },
] as const;

/** Seconds until an unsteered leg is taken over; FreeSWITCH's timers fire up to 1 s early. */
const deadline = { outbound: 2, inbound: 3, feature: 4, handOver: 5, guest: 3, siteAgent: 5 };

/** Longest voice message of a caller; five seconds of silence end it, too. */
const longestMessageSeconds = 180;

/** What follows a leg's id in the name of the file with its voice message. */
export const voicemailSuffix = '-voicemail.wav';

/** A machine whose greeting is longer is left without a message. */
const longestGreetingSeconds = 40;

/** What FreeSWITCH runs by itself the moment a dialed customer answers. */
export const onCustomerAnswer = `sched_transfer +${deadline.outbound} ${survival.safeHarbour} XML ${contexts.survival}`;

/** What FreeSWITCH runs when another site's agent answers: nobody there talks to nobody here for long. */
export const onSiteAnswer = `sched_transfer +${deadline.siteAgent} ${survival.afterCall} XML ${contexts.survival}`;

/** Value of `transfer_after_bridge`: customers never fall into a bare park. */
export const afterBridge = `${survival.afterCall}:XML:${contexts.survival}`;

/** Value of `transfer_after_bridge` for a customer who stays when their agent goes. */
export const handOver = `${survival.handOver}:XML:${contexts.survival}`;

/** A leg without any RTP for this long is hung up: nothing may hold a channel for ever. FreeSWITCH counts ms here (measured). */
export const mediaTimeoutMs = 300_000;

/** Between two sites there is always sound, music on hold included: a box that says nothing for so long is gone. */
export const siteMediaTimeoutMs = 30_000;

/**
 * A phone of ours from which nothing has come for so long is dead; while it is on hold it need not say anything. Phones must not suppress silence.
 * FreeSWITCH lets a phone be that says it only listens, which is what phones answer when they are put on hold.
 */
export const agentMedia = { media_timeout: 30_000, media_hold_timeout: 1_800_000 } as const;

type Action = readonly [application: string, data?: string];

/** @param when a variable, or what a command answers, and the pattern that it must have, too */
function extension(
  context: Xml,
  name: string,
  pattern: string,
  actions: readonly Action[],
  when?: readonly [variable: string, pattern: string],
): void {
  const parent = context.ele('extension', { name });
  if (when) parent.ele('condition', { field: `\${${when[0]}}`, expression: when[1] });
  const condition = parent.ele('condition', { field: 'destination_number', expression: pattern });
  for (const [application, data] of actions)
    condition.ele('action', { application, ...(data !== undefined && { data }) });
}

/** The whole dialplan. Every path ends without our process, too. */
export function renderDialplan(section: Xml, desired: Desired, settings: SwitchSettings): void {
  const group = desired.fallbackGroup.map((phone) => `user/${phone}@${desired.domain}`).join(',');
  const emergencyTargets = desired.lines
    .filter(({ emergency }) => emergency)
    .flatMap((line) =>
      hasGateway(line) ? [`sofia/gateway/${line.id}/$1`] : spanLines([line]).map((own) => spanBridge(own)),
    );
  const recording = `${settings.recordingsFolder}/\${uuid}.wav`;
  const prompt = (name: string): string => playable(promptFiles(settings, desired.recordings, name));

  const agents = section.ele('context', { name: contexts.agents });
  renderEmergency(agents, desired, emergencyTargets);
  for (const { code, wants } of featureCodes) {
    extension(agents, `feature-${wants}`, `^${code}$`, [
      ['set', 'bl_role=agent'],
      ['set', `bl_wants=${wants}`],
      ['set', 'bl_digits=$1'],
      ['set', 'park_after_bridge=true'],
      ['set', 'hangup_after_bridge=false'],
      ...Object.entries(agentMedia).map(([name, ms]): Action => ['set', `${name}=${ms}`]),
      ['answer'],
      ['sched_transfer', `+${deadline.feature} ${survival.offline} XML ${contexts.survival}`],
      ['park'],
    ]);
  }
  if (desired.phones.length > 0) {
    extension(agents, 'colleague', `^(${desired.phones.map(({ extension }) => extension).join('|')})$`, [
      ['set', 'hangup_after_bridge=true'],
      ['set', 'call_timeout=30'],
      ['bridge', `user/$1@${desired.domain}`],
    ]);
  }
  extension(agents, 'not-allowed', '^.*$', [
    ['answer'],
    ['playback', prompt('offline')],
    ['hangup', 'CALL_REJECTED'],
  ]);

  const inbound = section.ele('context', { name: contexts.inbound });
  nameSpans(inbound, desired.lines);
  extension(inbound, 'did', '^(.*)$', [
    ['set', 'bl_role=customer'],
    ['set', 'bl_wants=inbound'],
    ['set', 'bl_digits=$1'],
    ['set', 'RECORD_STEREO=true'],
    // Recordings grow with each frame: callers are listened to meanwhile.
    ['set', 'enable_file_write_buffering=false'],
    ['set', 'RECORD_PRE_BUFFER_FRAMES=1'],
    ['set', `media_timeout=${mediaTimeoutMs}`],
    ['set', 'hangup_after_bridge=false'],
    ['set', `transfer_after_bridge=${afterBridge}`],
    ['answer'],
    ['sched_transfer', `+${deadline.inbound} ${survival.fallback} XML ${contexts.survival}`],
    ['park'],
  ]);

  if (desired.overlay) renderGuests(section.ele('context', { name: contexts.sites }));

  const alone = section.ele('context', { name: contexts.survival });
  extension(alone, survival.safeHarbour, `^${survival.safeHarbour}$`, [
    ['set', 'bl_ended=safe-harbour'],
    ['playback', prompt('safe-harbour')],
    ['hangup', 'NORMAL_CLEARING'],
  ]);
  extension(alone, survival.fallback, `^${survival.fallback}$`, [
    ['set', 'bl_ended=fallback'],
    // Nailed-up agents without our process serve nobody: their phones must be free to ring.
    ['set', 'bl_freed=${hupall(NORMAL_CLEARING bl_idle 1)}'],
    ['set', 'transfer_after_bridge='],
    ['set', 'hangup_after_bridge=true'],
    ['set', 'continue_on_fail=true'],
    ['set', 'call_timeout=60'],
    ...(canBeHeard(desired.codecs ?? defaultCodecs) ? ([['record_session', recording]] as const) : []),
    ...(group
      ? ([
          ['sleep', '300'],
          ['bridge', group],
        ] as const)
      : []),
    ['playback', prompt('closed')],
    ['hangup', 'NORMAL_CLEARING'],
  ]);
  extension(alone, survival.voicemail, `^${survival.voicemail}$`, [
    ['set', 'bl_ended=voicemail'],
    ['set', 'transfer_after_bridge='],
    ['playback', prompt('after-the-tone')],
    ['playback', 'tone_stream://%(500,0,1000)'],
    ['record', `${settings.recordingsFolder}/\${uuid}${voicemailSuffix} ${longestMessageSeconds} 40 5`],
    ['hangup', 'NORMAL_CLEARING'],
  ]);
  extension(alone, survival.callBack, `^${survival.callBack}$`, [
    ['set', 'bl_ended=call-back'],
    ['set', 'transfer_after_bridge='],
    ['playback', prompt('call-back')],
    ['hangup', 'NORMAL_CLEARING'],
  ]);
  extension(alone, survival.turnedAway, `^${survival.turnedAway}$`, [
    ['set', 'bl_ended=turned-away'],
    ['hangup', 'CALL_REJECTED'],
  ]);
  const awaitUs: readonly Action[] = [
    ['sched_transfer', `+${deadline.handOver} ${survival.fallback} XML ${contexts.survival}`],
    ['park'],
  ];
  extension(alone, survival.handOver, `^${survival.handOver}$`, awaitUs);
  renderRingGroups(alone, desired);
  renderMachine(alone, desired, settings);
  extension(alone, survival.offline, `^${survival.offline}$`, [
    ['playback', prompt('offline')],
    ['hangup', 'NORMAL_TEMPORARY_FAILURE'],
  ]);
  // Nobody hung up: the other side fell silent.
  extension(alone, 'cut-off', `^${survival.afterCall}$`, awaitUs, [
    'last_bridge_hangup_cause',
    '^MEDIA_TIMEOUT$',
  ]);
  extension(alone, survival.afterCall, `^${survival.afterCall}$`, [
    ['set', 'bl_ended=after-call'],
    ['sleep', '200'],
    ['hangup', 'NORMAL_CLEARING'],
  ]);
}

/** Callers of other sites: not answered before an agent takes them. Whom our process does not let in is sent back. */
function renderGuests(sites: Xml): void {
  extension(sites, 'guest', '^([0-9a-f]{32})$', [
    ['set', 'bl_role=customer'],
    ['set', 'bl_wants=guest'],
    ['set', 'bl_digits=$1'],
    ['set', `bl_conversation=\${sip_h_${conversationHeader}}`],
    ['set', 'RECORD_STEREO=true'],
    ['set', `media_timeout=${siteMediaTimeoutMs}`],
    ['set', 'hangup_after_bridge=false'],
    ['set', `transfer_after_bridge=${afterBridge}`],
    ['ring_ready'],
    ['sched_transfer', `+${deadline.guest} ${survival.turnedAway} XML ${contexts.survival}`],
    ['park'],
  ]);
}

/** Phones that flows transfer to, and each phone for whoever is handed to it. */
function renderRingGroups(alone: Xml, desired: Desired): void {
  const groups = new Set([
    ...desired.phones.map((phone) => phone.extension),
    ...(desired.flows ?? []).flatMap(({ flow }) =>
      flow.steps.flatMap((step) => (step.kind === 'transfer' ? [step.phones.join('-')] : [])),
    ),
  ]);
  for (const phones of groups) {
    const name = `${survival.ring}${phones}`;
    extension(alone, name, `^${name}$`, [
      ['set', 'bl_ended=transfer'],
      ['set', 'transfer_after_bridge='],
      ['set', 'hangup_after_bridge=true'],
      ['set', 'continue_on_fail=true'],
      ['set', 'call_timeout=30'],
      [
        'bridge',
        phones
          .split('-')
          .map((phone) => `user/${phone}@${desired.domain}`)
          .join(','),
      ],
      ['transfer', `${survival.fallback} XML ${contexts.survival}`],
    ]);
  }
}

/** Who answered, and what is done with a machine; every way ends without our process. */
function renderMachine(alone: Xml, { recordings = [] }: Desired, settings: SwitchSettings): void {
  // An unknown application would end the call.
  extension(
    alone,
    'mod-amd',
    `^${survival.judge}$`,
    [['amd'], ['set', 'bl_verdict=${amd_result}'], ['park']],
    ['module_exists(mod_amd)', '^true$'],
  );
  extension(alone, survival.judge, `^${survival.judge}$`, [['set', 'bl_verdict=NOTSURE'], ['park']]);
  extension(alone, survival.beep, `^${survival.beep}$`, [
    ['set', 'bl_ended=machine'],
    ['sched_hangup', `+${longestGreetingSeconds} NORMAL_CLEARING`],
    ['park'],
  ]);
  const leave = (name: string, pattern: string, files: readonly string[]): void =>
    extension(alone, name, `^${survival.machine}${pattern}$`, [
      ['set', 'bl_ended=machine'],
      ['playback', playable(files)],
      ['hangup', 'NORMAL_CLEARING'],
    ]);
  for (const name of new Set(recordings.map(({ prompt }) => prompt)))
    leave(`leave-${name}`, name, promptFiles(settings, recordings, name));
  leave('leave-message', '([a-z0-9-]+)', promptFiles(settings, [], '$1'));
}

/**
 * When the lines are tried again after dialer calls were released, ms after each other: an exchange has a channel back at once, a
 * modem has to hang up first and hears for a second why.
 */
const emergencyAgainMs = [500, 1500, 3000];

/** Emergency numbers: any line that may, then again after dialer calls were released. No prompt stands before them. */
function renderEmergency(context: Xml, desired: Desired, targets: readonly string[]): void {
  if (targets.length === 0) return;
  const bridge: Action = ['bridge', targets.join('|')];
  extension(context, 'emergency', `^(${desired.emergencyNumbers.join('|')})$`, [
    ['set', 'bl_ended=emergency'],
    ['set', 'hangup_after_bridge=true'],
    ['set', 'continue_on_fail=true'],
    bridge,
    ['set', 'bl_freed=${hupall(MANAGER_REQUEST bl_dialer 1)}'],
    ...emergencyAgainMs.flatMap((ms): Action[] => [['sleep', String(ms)], bridge]),
    ['hangup', 'NORMAL_TEMPORARY_FAILURE'],
  ]);
}

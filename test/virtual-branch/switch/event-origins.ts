type Origin = readonly [file: string, fn: string, line: number];

const channel = (fn: string, line: number): Origin => ['switch_channel.c', fn, line];

const origins: Readonly<Record<string, Origin>> = {
  API: ['switch_loadable_module.c', 'switch_api_execute', 2949],
  BACKGROUND_JOB: ['mod_event_socket.c', 'api_exec', 1572],
  CALL_UPDATE: channel('switch_channel_flip_cid', 5240),
  CHANNEL_ANSWER: channel('switch_channel_perform_mark_answered', 3913),
  CHANNEL_BRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', 1726],
  CHANNEL_CALLSTATE: channel('switch_channel_perform_set_callstate', 301),
  CHANNEL_CREATE: ['switch_core_state_machine.c', 'switch_core_session_run', 626],
  CHANNEL_DATA: ['mod_commands.c', 'uuid_dump_function', 6495],
  CHANNEL_DESTROY: ['switch_core_session.c', 'switch_core_session_perform_destroy', 1605],
  CHANNEL_EXECUTE: ['switch_core_session.c', 'switch_core_session_exec', 2965],
  CHANNEL_EXECUTE_COMPLETE: ['switch_core_session.c', 'switch_core_session_exec', 3007],
  CHANNEL_HANGUP: channel('switch_channel_perform_hangup', 3447),
  CHANNEL_HANGUP_COMPLETE: ['switch_core_state_machine.c', 'switch_core_session_reporting_state', 968],
  CHANNEL_HOLD: ['switch_ivr.c', 'switch_ivr_hold', 1573],
  CHANNEL_ORIGINATE: ['switch_core_state_machine.c', 'switch_core_session_run', 634],
  CHANNEL_OUTGOING: ['switch_core_session.c', 'switch_core_session_outgoing_channel', 717],
  CHANNEL_PARK: ['switch_ivr.c', 'switch_ivr_park', 1003],
  CHANNEL_PROGRESS: channel('switch_channel_perform_mark_ring_ready_value', 3507),
  CHANNEL_PROGRESS_MEDIA: channel('switch_channel_perform_mark_pre_answered', 3580),
  CHANNEL_STATE: channel('switch_channel_perform_set_running_state', 2393),
  CHANNEL_UNBRIDGE: ['switch_ivr_bridge.c', 'switch_ivr_multi_threaded_bridge', 1843],
  CHANNEL_UNHOLD: ['switch_ivr.c', 'switch_ivr_unhold', 1622],
  CHANNEL_UNPARK: ['switch_ivr.c', 'switch_ivr_park', 1132],
  CODEC: ['switch_core_codec.c', 'switch_core_session_set_real_read_codec', 224],
  DTMF: channel('switch_channel_dequeue_dtmf', 669),
  HEARTBEAT: ['switch_core.c', 'send_heartbeat', 93],
  MEDIA_BUG_START: ['switch_core_media_bug.c', 'switch_core_media_bug_add', 998],
  MEDIA_BUG_STOP: ['switch_core_media_bug.c', 'switch_core_media_bug_destroy', 67],
  PLAYBACK_START: ['switch_ivr_play_say.c', 'switch_ivr_play_file', 1652],
  PLAYBACK_STOP: ['switch_ivr_play_say.c', 'switch_ivr_play_file', 2009],
  PRESENCE_IN: channel('switch_channel_perform_presence', 792),
  PRIVATE_COMMAND: ['switch_ivr.c', 'switch_ivr_parse_next_event', 848],
  RECORD_START: ['switch_ivr_async.c', 'record_callback', 1386],
  RECORD_STOP: ['switch_ivr_async.c', 'send_record_stop_event', 1181],
  ADD_SCHEDULE: ['switch_scheduler.c', 'switch_scheduler_add_task', 241],
  DEL_SCHEDULE: ['switch_scheduler.c', 'switch_scheduler_del_task_group', 332],
  RE_SCHEDULE: ['switch_scheduler.c', 'switch_scheduler_execute', 71],
  RELOADXML: ['switch_xml.c', 'switch_xml_open_root', 2416],
};

/** The C source an event claims to come from. */
export function eventOrigin(name: string, subclass?: string): Origin {
  if (subclass?.startsWith('sofia::') === true) return ['sofia.c', 'sofia_event', 1];
  return origins[name] ?? ['mod_event_socket.c', 'parse_command', 2264];
}

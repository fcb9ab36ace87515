import { channelNames, channels, controllerTopic, parseTopic, topicOf } from './topics.ts';

/** Whether a client with this identity (the certificate's CN) may publish to a topic. */
export function mayPublish(edge: string, topic: string): boolean {
  const parsed = parseTopic(topic);
  return parsed !== undefined && parsed.edge === edge && channels[parsed.channel].direction === 'up';
}

/** Whether an edge may subscribe to a topic filter: only its own downward topics and the controller's state, no wildcards. */
export function maySubscribe(edge: string, filter: string): boolean {
  if (filter === controllerTopic) return true;
  if (/[+#]/.test(filter)) return false;
  const parsed = parseTopic(filter);
  return parsed !== undefined && parsed.edge === edge && channels[parsed.channel].direction === 'down';
}

/** What an edge subscribes to after connecting. */
export function subscriptionsOf(edge: string): readonly string[] {
  const own = channelNames.flatMap((name) =>
    name !== 'controller' && channels[name].direction === 'down' ? [topicOf(name, edge)] : [],
  );
  return [...own, controllerTopic];
}

/** What the controller subscribes to. */
export function controllerSubscriptions(): readonly string[] {
  return channelNames.flatMap((name) =>
    name !== 'controller' && channels[name].direction === 'up' ? [topicOf(name, '+')] : [],
  );
}

/** The same rules as an ACL file of Mosquitto (`acl_file`), where the user name is the certificate's CN. */
export function mosquittoAcl(): string {
  const lines = [
    '# Generated from shared/src/contract; do not edit.',
    'user controller',
    'topic readwrite bl/v1/#',
    '',
  ];
  for (const name of channelNames) {
    if (name === 'controller') continue;
    const access = channels[name].direction === 'up' ? 'write' : 'read';
    lines.push(`pattern ${access} ${topicOf(name, '%u')}`);
  }
  lines.push(`pattern read ${controllerTopic}`, '');
  return lines.join('\n');
}

import {
  channelNames,
  channels,
  contractVersion,
  controllerTopic,
  maxPayloadBytes,
  topicOf,
  type Channel,
} from './topics.ts';
import { streamRows } from './records.ts';

/**
 * The contract as an AsyncAPI 3.0 document, seen from the controller: it receives what edges publish and sends what they
 * subscribe to. Generated, never written by hand.
 */
export function asyncApiDocument(): object {
  const messages: Record<string, object> = {};
  const channelObjects: Record<string, object> = {};
  const operations: Record<string, object> = {};
  for (const name of channelNames) {
    const channel: Channel = channels[name];
    const address = name === 'controller' ? controllerTopic : topicOf(name, '{edge}', '{stream}');
    messages[name] = {
      name,
      summary: channel.summary,
      contentType: 'application/json',
      payload: schema(channel.payload),
    };
    channelObjects[name] = {
      address,
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
      ...(name !== 'controller' && { parameters: parameters(name === 'out') }),
      bindings: { mqtt: { bindingVersion: '0.2.0' } },
    };
    operations[name] = {
      action: channel.direction === 'up' ? 'receive' : 'send',
      channel: { $ref: `#/channels/${name}` },
      summary: channel.summary,
      bindings: { mqtt: { qos: channel.qos, retain: channel.retain, bindingVersion: '0.2.0' } },
    };
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Branchline MQTT contract',
      version: `${contractVersion}.0.0`,
      description: `MQTT 3.1.1 between branches and center. Payloads are JSON in UTF-8 of at most ${maxPayloadBytes} bytes. The client id equals the certificate's common name and the {edge} of the topics. Generated from shared/src/contract; do not edit.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: channelObjects,
    operations,
    components: {
      messages,
      schemas: Object.fromEntries(
        Object.entries(streamRows).map(([stream, row]) => [`row-${stream}`, schema(row)]),
      ),
    },
  };
}

function parameters(withStream: boolean): object {
  return {
    edge: { description: 'Name of the edge, lowercase letters, digits and hyphens' },
    ...(withStream && { stream: { enum: Object.keys(streamRows) } }),
  };
}

/** A plain JSON Schema: the builder's own marks are not enumerable and fall away. */
function schema(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

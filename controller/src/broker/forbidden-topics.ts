/** Refusals of one topic after which it is swallowed instead. */
const patience = 3;

/** Distinct topics remembered per edge; a client that invents more than these is swallowed at once. */
const rememberedTopics = 100;

/**
 * A refused publish closes a 3.1.1 connection, so a client that repeats one forbidden message would reconnect for ever
 * and none of its other messages would come through. After three refusals the message is taken and thrown away.
 */
export class ForbiddenTopics {
  readonly #refusals = new Map<string, Map<string, number>>();
  quarantined = 0;

  /** What to do with one more forbidden publish of this edge. */
  judge(edge: string, topic: string): 'refuse' | 'swallow' {
    let topics = this.#refusals.get(edge);
    if (!topics) {
      topics = new Map();
      this.#refusals.set(edge, topics);
    }
    const times = (topics.get(topic) ?? 0) + 1;
    if (times <= patience && (topics.has(topic) || topics.size < rememberedTopics)) {
      topics.set(topic, times);
      return 'refuse';
    }
    this.quarantined++;
    return 'swallow';
  }

  /** A new certificate is a new beginning. */
  forget(edge: string): void {
    this.#refusals.delete(edge);
  }
}

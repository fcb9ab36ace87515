import {
  applyMergePatch,
  keyOverview,
  listOverview,
  type Overview,
  type OverviewDocument,
} from '@branchline/shared';

/** Somebody who watches the console's live feed, and notes how old what it shows is. */
export class FeedReader {
  readonly #ages: number[] = [];
  readonly #gaps: number[] = [];
  #bytes = 0;
  #last: number | undefined;
  readonly #stop = new AbortController();
  #document: OverviewDocument | undefined;

  constructor(url: string, cookie: string) {
    void this.#read(url, cookie).catch(() => undefined);
  }

  /** What was seen since the last question: ages of live data, pauses between two messages, ms, each sorted; bytes a message. */
  take(): { ages: number[]; gaps: number[]; bytes: number } {
    const ages = this.#ages.splice(0).toSorted((a, b) => a - b);
    const gaps = this.#gaps.splice(0).toSorted((a, b) => a - b);
    const bytes = gaps.length === 0 ? 0 : Math.round(this.#bytes / gaps.length);
    this.#bytes = 0;
    return { ages, gaps, bytes };
  }

  stop(): void {
    this.#stop.abort();
  }

  async #read(url: string, cookie: string): Promise<void> {
    const response = await fetch(`${url}/api/v1/feed`, { headers: { cookie }, signal: this.#stop.signal });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#message(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #message(message: string): void {
    const event = /^event: (.*)$/m.exec(message)?.[1];
    const data = /^data: (.*)$/m.exec(message)?.[1];
    if (event === undefined || data === undefined || !event.startsWith('overview')) return;
    const now = performance.now();
    if (this.#last !== undefined) this.#gaps.push(now - this.#last);
    this.#last = now;
    this.#bytes += message.length;
    const value = JSON.parse(data) as unknown;
    const document =
      event === 'overview' ? keyOverview(value as Overview) : applyMergePatch(this.#document, value);
    this.#document = document as OverviewDocument;
    for (const { edges } of listOverview(this.#document).sites)
      for (const { status, liveAgeMs } of edges)
        if (status === 'online' && liveAgeMs !== undefined) this.#ages.push(liveAgeMs);
  }
}

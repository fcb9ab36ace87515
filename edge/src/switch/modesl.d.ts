declare module 'modesl' {
  import type { EventEmitter } from 'node:events';

  /** A frame as modesl's parser delivers it. */
  export interface Event {
    headers: { name: string; value: unknown }[];
    getHeader(name: string): string | undefined;
    getBody(): string;
  }
  /** Cuts the byte stream of an event socket into frames; listens to `data` of whatever it is given. */
  export class Parser {
    constructor(socket: EventEmitter);
    /** Bytes not yet understood. */
    buffer: Buffer;
    /** Bytes of body the present frame still needs; 0 while headers are read. */
    bodyLen: number;
    on(
      event: 'esl::event',
      listener: (event: Event, headers: Record<string, string | number>, body?: string) => void,
    ): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }
  const modesl: { Parser: typeof Parser };
  export default modesl;
}

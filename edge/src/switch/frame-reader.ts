import { EventEmitter } from 'node:events';
import modesl from 'modesl';
import { BranchlineError, problemOf } from '@branchline/shared';

/** One frame of the event socket. */
export interface Frame {
  readonly type: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string;
}

/** Longest header block FreeSWITCH sends to a management socket, with much room. */
const maxHeaderBytes = 1 << 20;
/** `mod_event_socket` itself refuses more. */
const maxBodyBytes = 16 << 20;

/**
 * Cuts the byte stream into frames with modesl's parser. Only the parser of modesl is used, and only here: its connection
 * loses replies, has no deadlines and keeps saying that it is connected.
 *
 * The parser throws on a bare `%` in a header and misreads a bad Content-Length; both come out as `BL_SWITCH_FRAME` and
 * the caller must drop the connection, because what follows can no longer be understood.
 */
export class FrameReader {
  readonly #source = new EventEmitter();
  readonly #parser = new modesl.Parser(this.#source);
  #failure: Error | undefined;

  constructor(onFrame: (frame: Frame) => void) {
    this.#parser.on('error', (error) => (this.#failure = error));
    this.#parser.on('esl::event', (_event, headers, body) => {
      const length = headers['Content-Length'];
      if (length !== undefined && (typeof length !== 'number' || !Number.isInteger(length) || length < 0)) {
        this.#failure ??= new Error('Content-Length is no number of bytes');
        return;
      }
      if (!this.#failure) onFrame({ type: String(headers['Content-Type'] ?? ''), headers, body: body ?? '' });
    });
  }

  /** Takes bytes as they arrive, in any pieces. @throws BranchlineError `BL_SWITCH_FRAME` */
  push(chunk: Buffer): void {
    try {
      this.#source.emit('data', chunk);
    } catch (error) {
      this.#failure ??= error as Error;
    }
    const { buffer, bodyLen } = this.#parser;
    if (!(bodyLen >= 0) || bodyLen > maxBodyBytes)
      this.#failure ??= new Error(`a body of ${bodyLen} bytes was announced`);
    if (bodyLen === 0 && buffer.byteLength > maxHeaderBytes)
      this.#failure ??= new Error('the header block does not end');
    if (this.#failure)
      throw new BranchlineError('BL_SWITCH_FRAME', { problem: problemOf(this.#failure) }, this.#failure);
  }
}

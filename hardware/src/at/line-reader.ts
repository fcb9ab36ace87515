/** What a stream of bytes from a modem turns out to be. */
export interface LineSink {
  /** One line without its ends; never empty. Bytes above 127 come as Latin-1 (operators name themselves in any charset). */
  line(text: string): void;
  /** The modem waits for the body of a message. Only while {@link LineReader.awaitPrompt} is on. */
  prompt(): void;
  /** Bytes that cannot be a line of a modem. */
  noise(bytes: number): void;
}

/** Longer lines do not exist: a PDU has at most 352 characters, a USSD text 728. */
const longestLine = 2_048;

/** NUL pads some firmware's output; 0x1A and ESC are echoes of what ends or cancels a message. */
const harmless: ReadonlySet<string> = new Set(['\0', '\x1A', '\x1B', '\x11', '\x13']);

/** Splits at any run of CR and LF, whatever the chunks look like. */
export class LineReader {
  readonly #sink: LineSink;
  #partial = '';
  /** Bytes of an endless line that were thrown away already. */
  #dropped = 0;
  #awaitsPrompt = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** The prompt `> ` has no line end, so it is looked for only when one must come. */
  awaitPrompt(on: boolean): void {
    this.#awaitsPrompt = on;
  }

  push(bytes: Uint8Array): void {
    for (const char of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')) {
      if (char === '\r' || char === '\n') this.#endLine();
      else if (!harmless.has(char)) this.#append(char);
    }
  }

  #append(char: string): void {
    if (this.#awaitsPrompt && char === '>' && this.#partial === '') {
      this.#awaitsPrompt = false;
      this.#sink.prompt();
      return;
    }
    // The blank after a prompt, or padding.
    if (char === ' ' && this.#partial === '') return;
    this.#partial += char;
    if (this.#partial.length > longestLine) {
      this.#dropped += this.#partial.length;
      this.#partial = '';
      this.#sink.noise(longestLine);
    }
  }

  #endLine(): void {
    const text = this.#partial.trimEnd();
    const cut = this.#dropped > 0;
    this.#partial = '';
    this.#dropped = 0;
    if (text === '') return;
    if (cut || isNoise(text)) this.#sink.noise(text.length);
    else this.#sink.line(text);
  }
}

/** Control characters anywhere, or bytes above 127 outside of quotes. */
function isNoise(text: string): boolean {
  const unquoted = text.replaceAll(/"[^"]*"/g, '');
  return /[^\t\x20-\x7E\x80-\xFF]/.test(text) || /[\x80-\xFF]/.test(unquoted);
}

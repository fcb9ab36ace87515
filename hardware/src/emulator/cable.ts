/** What a device is plugged in with: a pty, or memory within this process. Bytes nobody reads are lost. */
export interface Cable {
  /** Bytes from the device to whoever has opened it. */
  send(bytes: Uint8Array): void;
  unplug(): void;
  plug(): void;
}

import type { World } from './world/index.ts';

/** What an emulator of any kind gets to work with. */
export interface KindContext {
  readonly world: World;
  readonly seed: number;
  /** Tells where a device is to be found: `modem m1 /dev/pts/3`, `goip g1 127.0.0.1:44444`, `span s1 <directory>`. */
  readonly announce: (line: string) => void;
}

/** Running devices of one kind. */
export interface Emulation {
  /**
   * Does what a line of the control channel says, when it is for one of these devices; gives what is answered.
   * @returns undefined when the device or the verb is not of this kind
   */
  control(verb: string, device: string, rest: readonly string[]): string | undefined;
  stop(): Promise<void>;
}

/** One kind of device that can be emulated. */
export interface Kind {
  readonly name: string;
  /** Options and verbs, for `--help` and the control channel's `help`. */
  readonly help: readonly string[];
  /** Devices announced and ready when it resolves. @throws BranchlineError `BL_EMULATOR_COMMAND` for options it does not have */
  start(options: readonly string[], context: KindContext): Promise<Emulation>;
}

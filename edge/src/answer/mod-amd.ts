import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { problemOf } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';

/** What is asked of FreeSWITCH. */
export interface ModuleHost {
  control(command: 'module_exists mod_amd' | 'global_getvar mod_dir' | 'load mod_amd'): Promise<string>;
}

/**
 * FreeSWITCH's own judge of who answered, the module `mod_amd`: part of neither its tree nor Debian's packages, so it is there where
 * somebody put it beside the other modules.
 */
export class ModAmd {
  readonly #switch: ModuleHost;
  readonly #log: Log;
  #present = false;

  constructor(host: ModuleHost, log: Log) {
    this.#switch = host;
    this.#log = log;
  }

  /** Whether the FreeSWITCH that is running has it. */
  get present(): boolean {
    return this.#present;
  }

  /** Looks for it in a FreeSWITCH that has come up, and loads it where its file is. */
  async find(): Promise<void> {
    this.#present = false;
    try {
      this.#present = (await this.#isLoaded()) || (await this.#load());
    } catch (error) {
      this.#log.warn({ problem: problemOf(error) }, 'FreeSWITCH was not asked for mod_amd');
    }
  }

  async #isLoaded(): Promise<boolean> {
    return (await this.#switch.control('module_exists mod_amd')).trim() === 'true';
  }

  async #load(): Promise<boolean> {
    const folder = (await this.#switch.control('global_getvar mod_dir')).trim();
    if (!existsSync(join(folder, 'mod_amd.so'))) return false;
    const reply = await this.#switch.control('load mod_amd');
    if (await this.#isLoaded()) return true;
    this.#log.warn({ reply: reply.trim() }, `mod_amd is in ${folder}, and FreeSWITCH does not load it`);
    return false;
  }
}

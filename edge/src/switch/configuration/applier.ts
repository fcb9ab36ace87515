import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { BranchlineError } from '@branchline/shared';
import { writeDurably, type Log } from '@branchline/shared/node';
import { spanModule } from './spans.ts';
import type { Switch } from '../switch.ts';
import { actionsBetween, describeActions, needsIdle, type Action } from './difference.ts';
import { overlayProfile } from './sections.ts';
import { renderConfiguration, type Rendered, type RenderInput } from './render.ts';

/** FreeSWITCH brings gateways up in the background: it is asked so often, with a pause in real ms. */
const verifyTries = 30;
const verifyPauseMs = 100;

export interface ApplierOptions {
  readonly switch: Pick<Switch, 'up' | 'control'>;
  readonly folder: string;
  readonly log: Log;
  /** Whether no call is up. */
  readonly idle: () => boolean;
  /** Brings FreeSWITCH down and up again (systemd on the box); absent: the operator does it, the file is in place. */
  readonly restartSwitch?: () => Promise<void>;
}

export type ApplyResult = { readonly status: 'applied' | 'waiting-for-idle'; readonly change: string };

/**
 * Puts a rendered configuration into force: file swapped whole, then only as much as the difference asks for. When
 * FreeSWITCH does not accept it the previous file comes back.
 */
export class ConfigurationApplier {
  readonly #options: ApplierOptions;
  #current: Rendered | undefined;
  /** Actions that end calls and wait for none to be up. */
  #pending: readonly Action[] = [];

  constructor(options: ApplierOptions) {
    this.#options = options;
  }

  get file(): string {
    return join(this.#options.folder, 'freeswitch.xml');
  }

  get waiting(): boolean {
    return this.#pending.length > 0;
  }

  /** Writes the file for a FreeSWITCH that is not running yet. */
  async prepare(input: RenderInput): Promise<void> {
    const rendered = checked(renderConfiguration(input));
    await writeDurably(this.file, rendered.xml, 0o640);
    this.#current = rendered;
  }

  /** @throws BranchlineError `BL_CONFIG_INVALID` with the previous configuration back in force */
  async apply(input: RenderInput): Promise<ApplyResult> {
    const rendered = checked(renderConfiguration(input));
    const before = this.#current;
    const actions = actionsBetween(before, rendered);
    const change = describeActions(actions);
    if (actions.length === 0) return { status: this.waiting ? 'waiting-for-idle' : 'applied', change };
    const previousXml = await readFile(this.file, 'utf8').catch(() => undefined);
    await writeDurably(this.file, rendered.xml, 0o640);
    this.#current = rendered;
    // A switch that is down reads the file when it starts.
    if (!this.#options.switch.up) return { status: 'applied', change };
    try {
      for (const action of actions.filter((each) => !needsIdle(each))) await this.#perform(action);
      // What waits for the last call may well bring the missing part up.
      if (!actions.some(needsIdle)) await this.#verify(rendered);
    } catch (error) {
      if (previousXml !== undefined) {
        await writeDurably(this.file, previousXml, 0o640);
        await this.#options.switch.control('reloadxml').catch(() => undefined);
        await this.#options.switch.control('sofia profile external rescan').catch(() => undefined);
      }
      this.#current = before;
      throw error;
    }
    this.#pending = [...this.#pending, ...actions.filter(needsIdle)];
    await this.performWhenIdle();
    return { status: this.waiting ? 'waiting-for-idle' : 'applied', change };
  }

  /**
   * Makes a FreeSWITCH that came up read the present file: it may have started while the file was being replaced.
   * @param restarted it is another process than before, so nothing waits for a restart any more
   * @throws BranchlineError `BL_CONFIG_INVALID` when it does not accept it
   */
  async refresh(restarted: boolean): Promise<void> {
    if (restarted) this.#pending = [];
    await this.#findMissingListener();
    await this.#perform({ do: 'reloadxml' });
    await this.#perform({ do: 'reloadacl' });
    await this.reloadCertificate();
    await this.#perform({ do: 'rescan', profile: 'external' });
    await this.#perform({ do: 'rescan', profile: 'internal' });
  }

  /** Another certificate lies in its folder: FreeSWITCH takes it without ending calls. */
  async reloadCertificate(): Promise<void> {
    // A switch that is down reads it when it starts.
    if (this.#options.switch.up)
      expectReply('reloadcert', await this.#options.switch.control('reloadcert'), /^\+OK/);
  }

  /** Runs what waited for the last call to end; gives whether anything was done. */
  async performWhenIdle(): Promise<boolean> {
    if (this.#pending.length === 0 || !this.#options.idle() || !this.#options.switch.up) return false;
    const pending = this.#pending;
    this.#pending = [];
    for (const action of pending) await this.#perform(action);
    return true;
  }

  /**
   * Whether calls of other sites can come in. A profile whose address was not there, because the overlay was not up, is started again.
   */
  async joinOverlay(): Promise<boolean> {
    const { switch: fs, log } = this.#options;
    if (!fs.up || this.#current?.parts.profiles[overlayProfile] === undefined || this.waiting) return false;
    const status = await fs.control('sofia status');
    if (new RegExp(`^\\s*${overlayProfile}\\s+profile\\s.*RUNNING`, 'm').test(status)) return true;
    log.warn(
      `FreeSWITCH does not listen in the overlay: calls to and from other sites are off until the address of the plan is there ("ip address", "wg show")`,
    );
    await fs.control(`sofia profile ${overlayProfile} start`);
    return false;
  }

  /** Profiles and gateways of the file must be there: FreeSWITCH says +OK also to what it then leaves out. */
  async #verify(rendered: Rendered): Promise<void> {
    const { profiles, gateways } = rendered.parts;
    // A branch without the overlay works, and takes other changes.
    const own = Object.keys(profiles).filter((name) => name !== overlayProfile);
    const wanted = [...own, ...Object.keys(gateways)];
    for (let tries = 1; ; tries++) {
      const status = await this.#options.switch.control('sofia status');
      const missing = wanted.filter((name) => !isShown(name, status));
      if (missing.length === 0) return;
      if (tries >= verifyTries) {
        throw new BranchlineError('BL_CONFIG_INVALID', {
          place: 'freeswitch.xml (sofia status)',
          problem: `FreeSWITCH does not show ${missing.join(', ')}`,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, verifyPauseMs));
    }
  }

  /** A FreeSWITCH that was started with a file from before the certificate opens its listeners when its profile is restarted. */
  async #findMissingListener(): Promise<void> {
    if (this.#current?.parts.profiles['internal']?.includes('wss-binding') !== true) return;
    const status = await this.#options.switch.control('sofia status profile internal');
    if (!status.includes('WSS-BIND-URL'))
      this.#pending = [...this.#pending, { do: 'restart-profile', profile: 'internal' }];
  }

  async #restartProfile(profile: string): Promise<void> {
    const reply = await this.#options.switch.control(`sofia profile ${profile} restart`);
    // A profile must have been up for 10 s: until then the wish stays.
    if (/please wait/i.test(reply)) this.#pending = [...this.#pending, { do: 'restart-profile', profile }];
    else expectReply('restart', reply, /\[Success\]|restarting/i);
  }

  /** A box without the module keeps its other lines; those on its card are told to be down by whoever watches them. */
  #reloadSpans(reply: string): void {
    if (!/^\+OK module loaded/m.test(reply))
      this.#options.log.warn(
        { reply: reply.trim().slice(0, 200) },
        `FreeSWITCH cannot load ${spanModule}: install FreeTDM, or take the E1 cards out of the plan`,
      );
  }

  async #perform(action: Action): Promise<void> {
    const run = (command: Parameters<Switch['control']>[0]) => this.#options.switch.control(command);
    switch (action.do) {
      case 'reloadxml':
        // A broken file also answers +OK, with the error in the brackets, and keeps the old tree.
        return expectReply('reloadxml', await run('reloadxml'), /^\+OK \[Success\]$/);
      case 'reloadacl':
        return expectReply('reloadacl', await run('reloadacl'), /^\+OK/);
      case 'kill-gateway':
        // Gone already is as good: "-ERR" for an unknown one.
        await run(`sofia profile external killgw ${action.gateway}`);
        return;
      case 'rescan':
        return expectReply(
          'rescan',
          await run(`sofia profile ${action.profile} rescan`),
          /Reload XML \[Success\]\n\+OK scan complete/,
        );
      case 'reload-spans':
        return this.#reloadSpans(await run(`reload ${spanModule}`));
      case 'restart-profile':
        return this.#restartProfile(action.profile);
      case 'start-profile':
      case 'stop-profile':
        // Whether it is there is seen by who looks for it.
        await run(`sofia profile ${action.profile} ${action.do === 'start-profile' ? 'start' : 'stop'}`);
        return;
      case 'restart-switch':
        if (this.#options.restartSwitch) return this.#options.restartSwitch();
        this.#options.log.warn(
          'FreeSWITCH must be restarted for the new configuration: systemctl restart freeswitch',
        );
        return;
    }
  }
}

function isShown(name: string, status: string): boolean {
  return new RegExp(`(?:^|[\\s:])${name}\\s`, 'm').test(status);
}

function expectReply(command: string, reply: string, expected: RegExp): void {
  if (!expected.test(reply.trim())) {
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: `freeswitch.xml (${command})`,
      problem: reply.trim().slice(0, 300),
    });
  }
}

function checked(rendered: Rendered): Rendered {
  const validation = XMLValidator.validate(rendered.xml);
  if (validation !== true) {
    throw new BranchlineError('BL_CONFIG_INVALID', {
      place: `freeswitch.xml line ${validation.err.line}`,
      problem: validation.err.msg,
    });
  }
  return rendered;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { BranchlineError, defaultCodecs, zoneOffsetMinutes, type Desired } from '@branchline/shared';
import type { Log } from '@branchline/shared/node';
import type { PhoneAccount, PhoneFile, PhoneFiles } from './account.ts';
import { fanvilFiles } from './fanvil.ts';
import { genericFiles } from './generic.ts';
import { grandstreamFiles } from './grandstream.ts';
import { yealinkFiles } from './yealink.ts';

const writers: Readonly<Record<PhoneAccount['vendor'], (phone: PhoneAccount) => PhoneFiles>> = {
  yealink: yealinkFiles,
  grandstream: grandstreamFiles,
  fanvil: fanvilFiles,
  generic: genericFiles,
};

export interface PhoneBookOptions {
  /** Of this box; every phone's token and administrator password come from it. */
  readonly secret: string;
  /** `https://host:port` as phones reach it. */
  readonly origin: () => string;
  /** The box as phones reach it by SIP. */
  readonly sip: { readonly server: string; readonly port: number; readonly tlsPort: number };
  /** Password of a phone. */
  readonly passwordOf: (extension: string, sealed: string) => Promise<string>;
  readonly log: Log;
}

/** Where a phone finds its settings. */
export interface PhonePlace {
  readonly extension: string;
  readonly vendor: PhoneAccount['vendor'];
  readonly mac: string;
  /** Typed into the phone once ("server path"). */
  readonly url: string;
}

/**
 * Settings of the branch's desk phones. A file holds a password, so knowing a MAC address is not enough: each phone has a folder
 * of its own whose name cannot be guessed.
 */
export class PhoneBook {
  readonly #options: PhoneBookOptions;
  #desired: Pick<Desired, 'phones' | 'domain' | 'site' | 'codecs'> | undefined;

  constructor(options: PhoneBookOptions) {
    this.#options = options;
  }

  configure(desired: Pick<Desired, 'phones' | 'domain' | 'site' | 'codecs'>): void {
    this.#desired = desired;
  }

  /** All phones that are to be set up by themselves. */
  places(): PhonePlace[] {
    return (this.#desired?.phones ?? []).flatMap(({ extension, device }) =>
      device && 'mac' in device ? [{ extension, ...device, url: this.#url(device.mac) }] : [],
    );
  }

  /**
   * The file that a phone asks for.
   * @param folder the part of the address that cannot be guessed
   * @param at now, for the zone's offset
   * @throws BranchlineError `BL_API_NOT_FOUND`; the log says what was wrong, the answer does not
   */
  async file(
    folder: string,
    name: string,
    asker: { readonly address: string; readonly agent: string },
    at: number,
  ): Promise<PhoneFile> {
    const { log } = this.#options;
    const missing = new BranchlineError('BL_API_NOT_FOUND', { what: 'file', id: name.slice(0, 80) });
    const mac = /(?:cfg)?([0-9a-f]{12})\.(?:boot|cfg|xml|ini)$/.exec(name.toLowerCase())?.[1];
    const desired = this.#desired;
    const places = (desired?.phones ?? []).flatMap(({ device, ...phone }) =>
      device && 'mac' in device ? [{ ...phone, device }] : [],
    );
    const phone = places.find(({ device }) => this.#isFolder(folder, device.mac));
    if (!desired || !phone) {
      const known = places.some(({ device }) => device.mac === mac);
      log.warn(
        { ...asker, mac },
        known
          ? 'a phone of the plan was asked for from a wrong folder'
          : 'a phone that is not in the plan asks for its settings',
      );
      throw missing;
    }
    if (mac !== undefined && mac !== phone.device.mac) {
      log.warn(
        { ...asker, mac, folder: phone.device.mac },
        'the settings of one phone were asked for in the folder of another',
      );
      throw missing;
    }
    const { passwordOf, sip } = this.#options;
    const secure = phone.device.secure === true;
    const files = writers[phone.device.vendor]({
      ...phone.device,
      extension: phone.extension,
      label: phone.label,
      password: await passwordOf(phone.extension, phone.password),
      adminPassword: this.#derive(`admin ${phone.device.mac}`).slice(0, 16),
      domain: desired.domain,
      server: sip.server,
      port: secure ? sip.tlsPort : sip.port,
      secure,
      caUrl: `${this.#options.origin()}/ca.pem`,
      language: desired.site.region === 'CN' ? 'zh-CN' : 'en',
      codecs: (desired.codecs ?? defaultCodecs).phones,
      zoneMinutes: zoneOffsetMinutes(desired.site.zone, at),
      url: this.#url(phone.device.mac),
    });
    // Phones ask for many files that nobody has to have.
    const file = files[name.toLowerCase()];
    if (!file) throw missing;
    log.info({ ...asker, extension: phone.extension, file: name }, 'a phone has taken its settings');
    return file;
  }

  #url(mac: string): string {
    return `${this.#options.origin()}/p/${this.#folderOf(mac)}/`;
  }

  #folderOf(mac: string): string {
    return this.#derive(`phone ${mac}`).slice(0, 32);
  }

  #isFolder(folder: string, mac: string): boolean {
    const own = Buffer.from(this.#folderOf(mac));
    const asked = Buffer.from(folder);
    return own.length === asked.length && timingSafeEqual(own, asked);
  }

  #derive(purpose: string): string {
    return createHmac('sha256', this.#options.secret).update(purpose).digest('hex');
  }
}

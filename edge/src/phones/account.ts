import type { Codec } from '@branchline/shared';

/** What one desk phone has to know. */
export interface PhoneAccount {
  readonly vendor: 'yealink' | 'grandstream' | 'fanvil' | 'generic';
  /** Twelve hexadecimal digits, lower case. */
  readonly mac: string;
  readonly extension: string;
  readonly label: string;
  readonly password: string;
  /** For the phone's own web page; one per phone. */
  readonly adminPassword: string;
  /** SIP domain of the branch. */
  readonly domain: string;
  /** The box as the phone reaches it. */
  readonly server: string;
  /** For SIP over TLS when it is `secure`. */
  readonly port: number;
  /** TLS and SRTP, always. */
  readonly secure: boolean;
  /** Address of the certificate of the installation's authority. */
  readonly caUrl: string;
  readonly language: 'zh-CN' | 'en';
  /** Minutes east of UTC, now. */
  readonly zoneMinutes: number;
  /** What it may speak, the preferred first: the site's codec policy. */
  readonly codecs: readonly Codec[];
  /** Address of this phone's own folder, with the final slash. */
  readonly url: string;
}

/** A file that a phone asks for. */
export interface PhoneFile {
  readonly type: string;
  readonly text: string;
}

/** Files by name, as phones ask for them. */
export type PhoneFiles = Readonly<Record<string, PhoneFile>>;

/** Seconds after which a phone registers again. */
export const registerSeconds = 300;

/** Minutes after which a phone asks for its files again. */
export const askAgainMinutes = 1440;

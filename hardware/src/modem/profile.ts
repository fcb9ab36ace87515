import { at, type AtCommand, type IccidForm } from '../at/index.ts';
import type { DsciDialect } from './report.ts';

/**
 * How much "answered" is worth: `none` means that the modem says it at ring-back, so that talk time and machine detection
 * must begin with what is heard.
 */
export type AnswerSupervision = 'reliable' | 'besteffort' | 'none';

export const profileIds = ['huawei', 'sim800c', 'sim7600', 'a7670', 'ec20', 'generic'] as const;
export type ProfileId = (typeof profileIds)[number];

/** Which USB interface of a model takes AT commands, and which carries sound. */
export interface UsbLayout {
  readonly vendor: string;
  /** Absent for all products of the vendor. */
  readonly product?: string;
  readonly at: number;
  readonly audio?: number;
}

/** What is particular to one family of modems. */
export interface ModemProfile {
  readonly id: ProfileId;
  /** Matched against maker and model as the modem names them. */
  readonly matches: RegExp;
  readonly usb: readonly UsbLayout[];
  readonly answerSupervision: AnswerSupervision;
  readonly iccid: IccidForm;
  /** Sent once after the SIM is ready; a model that refuses one of them works without it. */
  readonly setup: readonly AtCommand[];
  readonly dsci: DsciDialect;
  readonly ussd: 'plain' | 'packed';
  /** Pause between two `AT+CLCC` while a call is being set up, ms. */
  readonly listEveryMs: number;
  /** Sound needs commands of its own around a call. */
  readonly audio: {
    readonly beforeDial?: AtCommand;
    readonly afterDial?: AtCommand;
    readonly afterAnswer?: AtCommand;
    readonly afterEnd?: AtCommand;
  };
  /** Voice may need circuit-switched fallback: an early `NO CARRIER` then says nothing about the callee. */
  readonly fallback: boolean;
  readonly tone: (key: string, call: number) => AtCommand;
}

const generic: ModemProfile = {
  id: 'generic',
  matches: /(?:)/,
  usb: [],
  answerSupervision: 'besteffort',
  iccid: '+CCID',
  setup: [],
  dsci: 'quectel',
  ussd: 'plain',
  listEveryMs: 500,
  audio: {},
  fallback: false,
  tone: at.tone,
};

const profiles: readonly ModemProfile[] = [
  {
    ...generic,
    id: 'huawei',
    matches: /huawei/i,
    usb: [
      { vendor: '12d1', product: '1001', at: 2, audio: 1 },
      { vendor: '12d1', product: '140c', at: 3, audio: 2 },
      { vendor: '12d1', product: '14ac', at: 4, audio: 3 },
      { vendor: '12d1', product: '1436', at: 4, audio: 3 },
      { vendor: '12d1', product: '1506', at: 3, audio: 2 },
      { vendor: '12d1', at: 2, audio: 1 },
    ],
    answerSupervision: 'reliable',
    iccid: '^ICCID?',
    setup: [at.voiceCapability],
    ussd: 'packed',
    audio: { afterDial: at.audioHuawei, afterAnswer: at.audioHuawei },
    tone: (key, call) => at.toneHuawei(call, key),
  },
  {
    ...generic,
    id: 'sim800c',
    matches: /SIM(COM_)?(Ltd )?.*SIM8\d\d|SIMCOM.*SIM900/i,
    answerSupervision: 'reliable',
    setup: [at.callReports, at.alertingReports, at.traySimcom, at.gsmCharset],
  },
  {
    ...generic,
    id: 'a7670',
    matches: /A76\d\d/i,
    answerSupervision: 'none',
    iccid: '+CICCID',
    setup: [at.callReports],
    // Lists in quick succession swallow the unsolicited lines of this family.
    listEveryMs: 2_000,
    audio: {
      afterDial: at.audioSimcom(true),
      afterAnswer: at.audioSimcom(true),
      afterEnd: at.audioSimcom(false),
    },
    fallback: true,
  },
  {
    ...generic,
    id: 'sim7600',
    matches: /SIM7[56]\d\d/i,
    usb: [{ vendor: '1e0e', at: 2, audio: 4 }],
    iccid: '+CICCID',
    setup: [at.callReports],
    listEveryMs: 1_000,
    audio: {
      afterDial: at.audioSimcom(true),
      afterAnswer: at.audioSimcom(true),
      afterEnd: at.audioSimcom(false),
    },
    fallback: true,
  },
  {
    ...generic,
    id: 'ec20',
    matches: /quectel|EC2\d|EG9\d/i,
    usb: [{ vendor: '2c7c', at: 2, audio: 1 }],
    answerSupervision: 'reliable',
    iccid: '+QCCID',
    setup: [at.callStateReports, at.trayQuectel],
    audio: { beforeDial: at.audioQuectel(true), afterEnd: at.audioQuectel(false) },
    fallback: true,
  },
];

/** The profile of a modem by what it says of itself; `generic` when nobody knows it. */
export function profileOf(maker: string, model: string): ModemProfile {
  return profiles.find(({ matches }) => matches.test(`${maker} ${model}`)) ?? generic;
}

export function profileById(id: ProfileId): ModemProfile {
  return profiles.find((profile) => profile.id === id) ?? generic;
}

/** Which interface of a plugged USB modem takes commands; undefined for unknown devices, whose ports must be tried. */
export function usbLayout(vendor: string, product: string): UsbLayout | undefined {
  const layouts = profiles
    .flatMap(({ usb }) => usb)
    .filter((layout) => layout.vendor === vendor.toLowerCase());
  return (
    layouts.find((layout) => layout.product === product.toLowerCase()) ??
    layouts.find((layout) => layout.product === undefined)
  );
}

import type { BranchPlan } from '@branchline/shared';

/** A virtual branch as it is stated: its site, its lines and its people. */
export interface BranchFacts {
  readonly site: {
    readonly id: string;
    readonly name: string;
    readonly zone: string;
    readonly region: string;
  };
  readonly edge: string;
  readonly seed: number;
  readonly lines: readonly {
    readonly id: string;
    readonly kind: 'sip-trunk' | 'e1-gateway';
    readonly channels: number;
    readonly callerId: string;
  }[];
  readonly agents: readonly {
    readonly extension: string;
    readonly name: string;
    readonly mode: 'nailed' | 'ring';
  }[];
  readonly inboundPerHour: number;
  /** Emulated E1 spans, which take calls first, and GSM modems, which are watched. */
  readonly hardware?: { readonly spans: number; readonly modems: number };
}

/** What every agent signs in with at the branch's page. */
export const agentPin = '2468';

/** Where a branch's emulated hardware is, below its own folder. */
export const hardwarePlaces = {
  spans: 'hardware/spans',
  modems: 'hardware/modems',
  control: 'hardware/control.sock',
} as const;

/**
 * What the engineer of this branch states, with one password for every phone.
 * @param folder of the branch, for one with emulated hardware
 */
export function planOf(
  branch: BranchFacts,
  campaigns: readonly string[],
  password: string,
  folder = '',
): BranchPlan {
  const extensions = branch.agents.map(({ extension }) => extension);
  const hardware = byHardware(branch, folder);
  const spans = hardware.filter(({ span }) => span);
  return {
    domain: `${branch.site.id}.branch.local`,
    lines: [...branch.lines.map(bySip), ...hardware],
    routes: [{ prefix: '', lines: [...spans, ...branch.lines].map(({ id }) => id) }],
    phones: branch.agents.map(({ extension, name }) => ({ extension, label: name, password })),
    agents: branch.agents.map(({ extension, name, mode }) => ({
      id: `agent-${extension}`,
      name,
      extension,
      mode,
      campaigns: [...campaigns],
      inbound: true,
      pin: agentPin,
    })),
    emergencyNumbers: ['110', '119', '120', '122'],
    fallbackGroup: extensions.slice(0, 3),
  };
}

type PlannedLine = BranchPlan['lines'][number];

function bySip({ id, kind, channels, callerId }: BranchFacts['lines'][number]): PlannedLine {
  return {
    id,
    kind,
    enabled: true,
    channels,
    callerIds: [callerId],
    answerSupervision: 'reliable',
    emergency: true,
    sip: { proxy: '127.0.0.1:5999', register: false, pingSeconds: 0 },
  };
}

/** Lines on emulated hardware. Modems are watched only: the virtual switch has no way to their sound. */
function byHardware({ site, hardware }: BranchFacts, folder: string): PlannedLine[] {
  const common = { enabled: true, answerSupervision: 'besteffort' as const, emergency: false };
  const numbers = (count = 0): number[] => Array.from({ length: count }, (_, i) => i + 1);
  return [
    ...numbers(hardware?.spans).map((number) => ({
      ...common,
      id: `${site.id}-span-${number}`,
      kind: 'e1-card' as const,
      channels: 30,
      callerIds: ['01088886600'],
      span: { number, name: `e1_${number}`, type: 'e1' as const, hunt: 'down' as const },
    })),
    ...numbers(hardware?.modems).map((number) => ({
      ...common,
      id: `${site.id}-modem-${number}`,
      kind: 'gsm-modem' as const,
      channels: 1,
      callerIds: [`1380010000${number}`],
      modem: { port: `${folder}/${hardwarePlaces.modems}/m${number}` },
      balance: { method: 'sms' as const, code: 'YE', target: '10086', after: '余额', everyHours: 24 },
    })),
  ];
}

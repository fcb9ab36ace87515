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
}

/** What the engineer of this branch states, with one password for every phone. */
export function planOf(branch: BranchFacts, campaigns: readonly string[], password: string): BranchPlan {
  const extensions = branch.agents.map(({ extension }) => extension);
  return {
    domain: `${branch.site.id}.branch.local`,
    lines: branch.lines.map((line) => ({
      id: line.id,
      kind: line.kind,
      enabled: true,
      channels: line.channels,
      callerIds: [line.callerId],
      answerSupervision: 'reliable',
      emergency: true,
      sip: { proxy: '127.0.0.1:5999', register: false, pingSeconds: 0 },
    })),
    routes: [{ prefix: '', lines: branch.lines.map(({ id }) => id) }],
    phones: branch.agents.map(({ extension, name }) => ({ extension, label: name, password })),
    agents: branch.agents.map(({ extension, name, mode }) => ({
      id: `agent-${extension}`,
      name,
      extension,
      mode,
      campaigns: [...campaigns],
      inbound: true,
    })),
    emergencyNumbers: ['110', '119', '120', '122'],
    fallbackGroup: extensions.slice(0, 3),
  };
}

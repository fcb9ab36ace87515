import type { BranchFacts } from '../../test/support/branch-plan.ts';

const people = (first: number, mode: 'nailed' | 'ring', names: readonly string[]) =>
  names.map((name, i) => ({ extension: String(first + i), name, mode }));

export const demoBranches: readonly BranchFacts[] = [
  {
    site: { id: 'beijing', name: 'Beijing 北京', zone: 'Asia/Shanghai', region: 'CN' },
    edge: 'beijing-1',
    seed: 11,
    lines: [
      { id: 'bj-e1', kind: 'e1-gateway', channels: 30, callerId: '01088886666' },
      { id: 'bj-sip', kind: 'sip-trunk', channels: 10, callerId: '01088886677' },
    ],
    agents: people(1001, 'nailed', [
      '王芳',
      '李娜',
      '张伟',
      '刘敏',
      '陈静',
      '杨洋',
      '赵磊',
      '黄丽',
      '周强',
      '吴艳',
    ]),
    inboundPerHour: 30,
    hardware: { spans: 2, modems: 3 },
  },
  {
    site: { id: 'shanghai', name: 'Shanghai 上海', zone: 'Asia/Shanghai', region: 'CN' },
    edge: 'shanghai-1',
    seed: 22,
    lines: [
      { id: 'sh-sip-a', kind: 'sip-trunk', channels: 12, callerId: '02166668888' },
      { id: 'sh-sip-b', kind: 'sip-trunk', channels: 6, callerId: '02166668899' },
    ],
    agents: [
      ...people(2001, 'nailed', ['徐秀', '孙杰', '马娟', '朱勇']),
      ...people(2005, 'ring', ['胡涛', '郭明', '何平']),
    ],
    inboundPerHour: 20,
  },
  {
    site: { id: 'guangzhou', name: 'Guangzhou 广州', zone: 'Asia/Shanghai', region: 'CN' },
    edge: 'guangzhou-1',
    seed: 33,
    lines: [{ id: 'gz-e1', kind: 'e1-gateway', channels: 15, callerId: '02087654321' }],
    agents: people(3001, 'nailed', ['高翔', '林燕', '罗霞', '郑超', '梁刚']),
    inboundPerHour: 10,
  },
];

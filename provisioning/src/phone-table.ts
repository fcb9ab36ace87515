import Table from 'cli-table3';
import type { Language } from '@branchline/shared';
import type { DoorPhones } from '@branchline/edge/box';

const words = {
  en: {
    head: ['extension', 'phone', 'MAC', 'server path'],
    none: 'No phone of this branch has a MAC address in its plan: enter vendor and MAC in the console, then ask again.',
    advice:
      "Type the server path into the phone once (auto provisioning). Keep it to yourself: whoever has it has the phone's password.",
  },
  'zh-CN': {
    head: ['分机', '话机', 'MAC', '服务器路径'],
    none: '本网点的话机都没有登记 MAC 地址：请先在控制台填写厂商和 MAC。',
    advice: '在话机的自动配置页面填写一次服务器路径。请勿外传：拿到路径就能拿到话机密码。',
  },
} as const;

/** Where the phones of a box find their settings, for whoever stands before them. */
export function phoneTable(phones: DoorPhones, language: Language): string {
  const { head, none, advice } = words[language];
  if (phones.length === 0) return none;
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const { extension, vendor, mac, url } of phones) table.push([extension, vendor, mac, url]);
  return `${table.toString()}\n${advice}`;
}

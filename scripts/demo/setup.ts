import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CampaignSummary, EnrolmentView, ImportView, NewCampaign } from '@branchline/shared';
import type { CenterClient } from '../../test/support/center-client.ts';
import { planOf } from '../../test/support/branch-plan.ts';
import { demoBranches } from './branches.ts';
import type { DemoHome } from './home.ts';
import { bar } from './progress.ts';

const phonePassword = 'Demo-phone-2026';

/** The two campaigns of the demo and the part of the list each dials. */
const campaigns: readonly { readonly list: string; readonly settings: NewCampaign }[] = [
  {
    list: 'autumn',
    settings: {
      name: 'Autumn offer 秋季优惠',
      mode: 'predictive',
      priority: 50,
      window: { fromMinute: 8 * 60, toMinute: 21 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7] },
      wrapUpSeconds: 12,
      script: '您好，我是……',
    },
  },
  {
    list: 'service',
    settings: {
      name: 'Service check 回访',
      priority: 50,
      window: { fromMinute: 8 * 60, toMinute: 21 * 60, weekdays: [1, 2, 3, 4, 5, 6, 7] },
      wrapUpSeconds: 8,
      attemptsCap: 3,
    },
  },
];

export interface DemoSetup {
  /** First start: what each box needs to enrol. */
  readonly enrolments: Readonly<Record<string, EnrolmentView>>;
  readonly campaigns: readonly string[];
  start(): Promise<void>;
}

/** States the sites, the campaigns and the list; a second start finds them. */
export async function setUpCenter(
  client: CenterClient,
  home: DemoHome,
  listFile: string,
  say: (text: string) => void,
): Promise<DemoSetup> {
  const ids = home.state.campaigns ?? [];
  const enrolments: Record<string, EnrolmentView> = {};
  if (ids.length === 0) {
    for (const branch of demoBranches) {
      say(branch.site.name);
      await client.post('/sites', branch.site);
      if (branch.hardware)
        await client.put(`/sites/${branch.site.id}/gsm`, {
          enabled: true,
          justification: 'Emulated SIMs of a demonstration 演示用模拟 SIM 卡',
        });
      enrolments[branch.edge] = await client.post<EnrolmentView>(`/sites/${branch.site.id}/edges`, {
        id: branch.edge,
      });
    }
    const rows = (await readFile(listFile, 'utf8')).trim().split('\n');
    for (const { list, settings } of campaigns) {
      const { id } = await client.post<CampaignSummary>('/campaigns', settings);
      ids.push(id);
      const part = [
        rows[0]!.slice('list,'.length),
        ...rows.filter((row) => row.startsWith(`${list},`)).map((row) => row.slice(list.length + 1)),
      ];
      await imported(
        client,
        await client.upload<ImportView>(`/campaigns/${id}/imports`, `${list}.csv`, `${part.join('\n')}\n`),
        part.length - 1,
        say,
      );
    }
    for (const branch of demoBranches)
      await client.put(
        `/edges/${branch.edge}/plan`,
        planOf(branch, ids, phonePassword, join(home.folder, branch.edge)),
      );
    home.state.campaigns = ids;
    await home.save();
  }
  return {
    enrolments,
    campaigns: ids,
    async start() {
      for (const campaign of await client
        .get<{ items: CampaignSummary[] } | CampaignSummary[]>('/campaigns')
        .then((list) => (Array.isArray(list) ? list : list.items))) {
        if (ids.includes(campaign.id) && campaign.status !== 'running')
          await client.post(`/campaigns/${campaign.id}/start`);
      }
    },
  };
}

async function imported(
  client: CenterClient,
  first: ImportView,
  total: number,
  say: (text: string) => void,
): Promise<void> {
  for (let view = first; ; view = await client.get<ImportView>(`/imports/${first.id}`)) {
    say(bar(view.rows, total));
    if (view.state === 'failed')
      throw new Error(`the list could not be imported: ${view.error?.message ?? ''}`);
    if (view.state === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

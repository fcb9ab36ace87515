import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connectFtdm } from '@branchline/hardware/emulator';
import type { Desired } from '@branchline/shared';
import { startBranch } from '../support/branch.ts';
import { startEmulation } from '../support/emulation.ts';
import { eventually } from '../support/eventually.ts';
import { benchLine, type BenchLine } from './bench-line.ts';

const modems = 32;
const spans = 4;
const measuredMs = Number(process.env['BRANCHLINE_BENCH_SECONDS'] ?? 60) * 1000;

const line = (id: string, change: Partial<Desired['lines'][number]>): Desired['lines'][number] => ({
  id,
  kind: 'gsm-modem',
  enabled: true,
  channels: 1,
  callerIds: ['13800100001'],
  answerSupervision: 'besteffort',
  emergency: false,
  ...change,
});

/**
 * What an edge costs that watches 32 modems and 4 spans, beside the same edge without them. The virtual switch and the
 * controller's side run in the same process, so the figure is an upper bound; the emulated devices have processes of their own.
 */
export async function run(): Promise<BenchLine[]> {
  const serial = await startEmulation(`modem --count ${modems}`);
  const cards = await startEmulation(`span --count ${spans}`);
  const folder = cards.place('s1');
  const branch = await startBranch({
    speed: 1,
    agents: [],
    spans: await connectFtdm(join(folder, 'ftdm.sock')),
  });
  branch.config.spans = {
    proc: join(folder, 'proc/dahdi'),
    sys: join(folder, 'sys/bus/dahdi_spans/devices'),
  };
  try {
    await branch.startEdge();
    await branch.switch.start();
    const alone = await measure(measuredMs / 2);
    const lines = [
      ...Array.from({ length: modems }, (_, i) =>
        line(`modem-${i + 1}`, { modem: { port: serial.place(`m${i + 1}`) } }),
      ),
      ...Array.from({ length: spans }, (_, i) =>
        line(`e1-${i + 1}`, {
          kind: 'e1-card',
          channels: 30,
          span: { number: i + 1, name: `e1_${i + 1}`, type: 'e1', hunt: 'down' },
        }),
      ),
    ];
    const gsm = { justification: 'a measurement', by: 'bench', at: 1 };
    await branch.controller.send(branch.edge, 'desired', {
      ...branch.desired,
      version: 2,
      site: { ...branch.desired.site, gsm },
      lines,
      routes: [{ prefix: '', lines: ['e1-1'] }],
    });
    const up = new Set<string>();
    await eventually(
      'all lines being in service',
      () => {
        for (const { snapshot, changes } of branch.controller.received('live'))
          for (const [id, state] of Object.entries({ ...snapshot?.lines, ...(changes?.['lines'] as object) }))
            if ((state as { state?: string } | null)?.state === 'up') up.add(id);
        return lines.every(({ id }) => up.has(id));
      },
      180_000,
      1000,
    );
    const together = await measure(measuredMs);
    return [
      benchLine(
        'lines: share of one core with 32 modems and 4 spans, against the aim',
        together.cores,
        0.25,
        'cores',
      ),
      benchLine('lines: the same, against the branch without lines', together.cores, alone.cores, 'cores'),
      benchLine('lines: event loop delay p99, against the aim', together.delayMs, 20, 'ms'),
    ];
  } finally {
    await branch.close();
    await serial.stop();
    await cards.stop();
  }
}

async function measure(ms: number): Promise<{ cores: number; delayMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const { user, system } = process.cpuUsage(before);
  delay.disable();
  return { cores: (user + system) / 1000 / ms, delayMs: delay.percentile(99) / 1e6 };
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import si from 'systeminformation';

/** Load of the box, shares 0–1. */
export interface Health {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
  readonly diskUsedBytes: number;
  readonly diskTotalBytes: number;
  readonly processMemoryBytes: number;
  readonly eventLoopDelayP99Ms: number;
}

export interface HardwareFacts {
  readonly hostname: string;
  readonly os: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

const share = (part: number, whole: number): number =>
  whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;

/** Samples the box by systeminformation, which takes its time: in the background, never on a call's path. */
export class HealthMonitor {
  readonly #folder: string;
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  latest: Health = {
    cpu: 0,
    memory: 0,
    disk: 0,
    memoryUsedBytes: 0,
    memoryTotalBytes: 0,
    diskUsedBytes: 0,
    diskTotalBytes: 0,
    processMemoryBytes: 0,
    eventLoopDelayP99Ms: 0,
  };

  /** @param folder the disk that holds it is the one that is watched */
  constructor(folder: string) {
    this.#folder = folder;
    this.#delay.enable();
  }

  async sample(): Promise<Health> {
    const [load, memory, disks] = await Promise.all([si.currentLoad(), si.mem(), si.fsSize()]);
    const disk = disks
      .filter(({ mount }) => this.#folder.startsWith(mount))
      .toSorted((a, b) => b.mount.length - a.mount.length)[0];
    const p99 = this.#delay.percentile(99) / 1e6;
    this.#delay.reset();
    const used = memory.total - memory.available;
    this.latest = {
      cpu: share(load.currentLoad, 100),
      memory: share(used, memory.total),
      disk: share(disk?.used ?? 0, disk?.size ?? 0),
      memoryUsedBytes: Math.round(used),
      memoryTotalBytes: Math.round(memory.total),
      diskUsedBytes: Math.round(disk?.used ?? 0),
      diskTotalBytes: Math.round(disk?.size ?? 0),
      processMemoryBytes: process.memoryUsage.rss(),
      eventLoopDelayP99Ms: Number.isFinite(p99) ? Math.max(0, p99) : 0,
    };
    return this.latest;
  }

  async facts(): Promise<HardwareFacts> {
    const [os, cpu, memory] = await Promise.all([si.osInfo(), si.cpu(), si.mem()]);
    return {
      hostname: os.hostname || 'unknown',
      os: `${os.distro} ${os.release}`.trim() || 'unknown',
      cpuModel: `${cpu.manufacturer} ${cpu.brand}`.trim() || 'unknown',
      cores: cpu.cores,
      memoryBytes: Math.round(memory.total),
    };
  }

  stop(): void {
    this.#delay.disable();
  }
}

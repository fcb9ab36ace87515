import type { ClickHouseTable } from './clickhouse-tables.ts';

/** A stored batch that waits to be cut into a block. */
export interface WaitingBatch {
  readonly id: number;
  readonly rows: number;
  /** Length of its text. */
  readonly size: number;
  /** Epoch ms. */
  readonly receivedAt: number;
}

/** When a block is full, and how long one that is not may wait. */
export interface BlockLimits {
  readonly rows: number;
  readonly size: number;
  readonly ageMs: number;
}

/** ClickHouse wants few large blocks; whoever looks at a figure wants it within seconds. */
export const blockLimits: BlockLimits = { rows: 10_000, size: 32 * 1024 * 1024, ageMs: 1000 };

/** What the wallboard counts from: half a second here leaves it time to ask, and to be asked, within its two. */
const watched: readonly ClickHouseTable[] = ['attempts', 'calls', 'agent_events'];

/** When a block of a table is full or old enough. */
export function limitsOf(table: ClickHouseTable): BlockLimits {
  return watched.includes(table) ? { ...blockLimits, ageMs: 500 } : blockLimits;
}

/** What of a queue of batches goes into the next block. */
export interface Cut {
  readonly ids: readonly number[];
  readonly rows: number;
}

/**
 * The next block of a table: the oldest batches, whole and in order, up to the limits. Undefined while they are neither
 * enough nor old enough. A batch that alone exceeds the limits is a block of its own.
 * @param waiting oldest first
 */
export function cutBlock(
  waiting: readonly WaitingBatch[],
  now: number,
  limits: BlockLimits = blockLimits,
): Cut | undefined {
  const ids: number[] = [];
  let rows = 0;
  let size = 0;
  let full = false;
  for (const batch of waiting) {
    full = ids.length > 0 && (rows + batch.rows > limits.rows || size + batch.size > limits.size);
    if (full) break;
    ids.push(batch.id);
    rows += batch.rows;
    size += batch.size;
  }
  full ||= rows >= limits.rows || size >= limits.size;
  const oldest = waiting[0];
  // A clock that was set back must not hold a block for hours.
  const ripe = oldest !== undefined && Math.abs(now - oldest.receivedAt) >= limits.ageMs;
  return full || ripe ? { ids, rows } : undefined;
}

/** How often a table looks for new batches, ms. */
const lookEveryMs = 200;

/**
 * When to look for the next block, ms from now, where there is none yet: few rows will hardly become a full block before
 * they are old enough to go as they are, and what comes into an empty table has to become that old first.
 */
export function nextLookMs(
  waiting: readonly WaitingBatch[],
  now: number,
  limits: BlockLimits = blockLimits,
): number {
  const oldest = waiting[0];
  const rows = waiting.reduce((sum, batch) => sum + batch.rows, 0);
  if (rows * 10 > limits.rows) return lookEveryMs;
  const ripeMs = oldest ? limits.ageMs - Math.abs(now - oldest.receivedAt) : limits.ageMs / 2;
  return Math.max(lookEveryMs, ripeMs);
}

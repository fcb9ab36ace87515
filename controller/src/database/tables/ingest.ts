import type { Generated } from 'kysely';

/** How far one stream of one edge's ledger has been committed. */
export interface IngestPositionTable {
  edge: string;
  epoch: string;
  stream: string;
  /** The last row number committed; 0 before the first. */
  position: number;
  /** Epoch ms of the last batch. */
  updated_at: number;
}

/** Rows that an edge no longer has and the controller never saw. */
export interface IngestGapTable {
  edge: string;
  epoch: string;
  stream: string;
  first: number;
  last: number;
  /** Real epoch ms. */
  accepted_at: number;
}

/** Rows of one received batch on their way to ClickHouse. */
export interface IngestInboxTable {
  id: Generated<number>;
  edge: string;
  site: string;
  epoch: string;
  stream: string;
  /** ClickHouse table they go to. */
  target: string;
  first: number;
  last: number;
  rows: number;
  /** Of the unpacked body, bytes. */
  size: number;
  /** Real epoch ms. */
  received_at: number;
  /** JSONEachRow text, packed with zstd. */
  body: Buffer;
}

/** A cut block: the batches in it never change, so that every retry sends the same bytes under the same token. */
export interface IngestBlockTable {
  /** `insert_deduplication_token`. */
  id: string;
  target: string;
  inbox_ids: number[];
  rows: number;
  cut_at: number;
  /** `cut`: to be sent until acknowledged. `refused`: ClickHouse will not take it as it is. */
  state: 'cut' | 'refused';
  problem: string | null;
}

/** Rows that do not fit the contract, set aside as they came. */
export interface IngestRejectedTable {
  edge: string;
  site: string;
  epoch: string;
  stream: string;
  seq: number;
  code: string;
  problem: string;
  raw: string;
  received_at: number;
}

export interface IngestTables {
  ingest_position: IngestPositionTable;
  ingest_inbox: IngestInboxTable;
  ingest_block: IngestBlockTable;
  ingest_rejected: IngestRejectedTable;
  ingest_gap: IngestGapTable;
}

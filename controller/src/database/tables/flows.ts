import type { JSONColumnType } from 'kysely';
import type { FlowSettings } from '@branchline/shared';

export interface FlowTable {
  id: string;
  /** The one in force. */
  version: number;
}

export interface FlowVersionTable {
  flow: string;
  version: number;
  at: number;
  by: string;
  why: string | null;
  settings: JSONColumnType<FlowSettings>;
}

export interface FlowTables {
  flows: FlowTable;
  flow_versions: FlowVersionTable;
}

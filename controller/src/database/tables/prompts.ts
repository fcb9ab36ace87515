import type { PromptLanguage } from '@branchline/shared';

export interface PromptTable {
  prompt: string;
  language: PromptLanguage;
  /** The one in force. */
  version: number;
}

export interface PromptVersionTable extends PromptTable {
  at: number;
  by: string;
  why: string | null;
  ms: number;
  level_db: number;
  sha256: string;
  wav: Buffer;
}

export interface PromptTables {
  prompts: PromptTable;
  prompt_versions: PromptVersionTable;
}

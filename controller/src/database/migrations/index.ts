import type { Migration } from 'kysely/migration';
import * as ingest from './0001-ingest.ts';
import * as people from './0010-people.ts';
import * as fleet from './0011-fleet.ts';
import * as campaigns from './0012-campaigns.ts';
import * as gaps from './0013-gaps.ts';
import * as installationKeys from './0020-installation-keys.ts';
import * as totp from './0031-totp.ts';
import * as imports from './0041-imports.ts';
import * as lines from './0051-lines.ts';
import * as intake from './0061-intake.ts';
import * as planVersions from './0062-plan-versions.ts';
import * as gate from './0071-gate.ts';
import * as dncAtSize from './0072-dnc-at-size.ts';
import * as earlierAttempts from './0081-earlier-attempts.ts';
import * as cells from './0091-cells.ts';
import * as callbacks from './0100-callbacks.ts';
import * as listMix from './0101-list-mix.ts';
import * as dedupe from './0102-dedupe.ts';
import * as refusals from './0103-refusals.ts';
import * as dncLists from './0104-dnc-lists.ts';
import * as flows from './0110-flows.ts';
import * as commandBy from './0140-command-by.ts';
import * as staffVersions from './0141-staff-versions.ts';
import * as knowledge from './0160-knowledge.ts';
import * as prompts from './0170-prompts.ts';
import * as refusedUnder from './0185-refused-under.ts';
import * as dncNamedBy from './0186-dnc-named-by.ts';
import * as numbersOfLeads from './0187-numbers-of-leads.ts';
import * as tokenUse from './0190-token-use.ts';
import * as numbersAtOnce from './0210-numbers-at-once.ts';
import * as otherCalls from './0240-other-calls.ts';

/** Every migration by name; they run in the order of their names, each once, under an advisory lock. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ingest': ingest,
  '0010-people': people,
  '0011-fleet': fleet,
  '0012-campaigns': campaigns,
  '0013-gaps': gaps,
  '0020-installation-keys': installationKeys,
  '0031-totp': totp,
  '0041-imports': imports,
  '0051-lines': lines,
  '0061-intake': intake,
  '0062-plan-versions': planVersions,
  '0071-gate': gate,
  '0072-dnc-at-size': dncAtSize,
  '0081-earlier-attempts': earlierAttempts,
  '0091-cells': cells,
  '0100-callbacks': callbacks,
  '0101-list-mix': listMix,
  '0102-dedupe': dedupe,
  '0103-refusals': refusals,
  '0104-dnc-lists': dncLists,
  '0110-flows': flows,
  '0140-command-by': commandBy,
  '0141-staff-versions': staffVersions,
  '0160-knowledge': knowledge,
  '0170-prompts': prompts,
  '0185-refused-under': refusedUnder,
  '0186-dnc-named-by': dncNamedBy,
  '0187-numbers-of-leads': numbersOfLeads,
  '0190-token-use': tokenUse,
  '0210-numbers-at-once': numbersAtOnce,
  '0240-other-calls': otherCalls,
};

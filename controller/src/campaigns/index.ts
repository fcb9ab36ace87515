/** Campaigns, their leads, and how nobody is dialed twice. */
export { CampaignEffects } from './batch-effects.ts';
export {
  campaignsById,
  campaignVisible,
  changeCampaign,
  createCampaign,
  findCampaign,
  findVisible,
  listCampaigns,
  reach,
  runCampaign,
  type Campaign,
} from './campaign-book.ts';
export type { CampaignMove } from './campaign-rules.ts';
export { listDncLists, listNumbers, undoDncList } from './dnc-upload.ts';
export { addDoNotCall, everyCampaign, listDoNotCall, noteClosedBy, removeDoNotCall } from './do-not-call.ts';
export { exportRefusals, listRefusals } from './gate-refusals.ts';
export { findImport, importErrors, listImports, rejectedRows } from './import-book.ts';
export { requestCancel, requestUndo } from './import-state.ts';
export { forecastUndo } from './import-undo.ts';
export { findPassedOver, readChoice, type ChoiceSettings } from './lead-choice.ts';
export { LeadCounter } from './lead-counts.ts';
export { ImportDesk, type UploadedList } from './lead-import.ts';
export { countUnranked, rankLeads } from './lead-priority.ts';
export { reopenLeads } from './lead-return.ts';
export { LeaseDesk } from './lease-desk.ts';
export { LeaseEpoch } from './lease-epoch.ts';
export { writeOffEdge } from './lease-settlement.ts';
export { PenetrationDesk } from './list-penetration.ts';
export { answerQuestions } from './questions.ts';
export { revokeCampaign } from './revocations.ts';

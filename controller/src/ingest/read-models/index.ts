/** What is read back from ClickHouse: always from the deduplicated rows, always within a scope of sites. */
export { readAnswers, type AnswerSearch } from './answers.ts';
export { readCampaignFigures, type CampaignFigures } from './campaign-figures.ts';
export { readBestHours } from './best-hours.ts';
export { readAskedFields, readFormAnswers, type AnsweredForm, type AskedField } from './form-answers.ts';
export { readCallStory } from './call-story.ts';
export { exportedAtOnce, findCall, readRecentCalls, type CallPage, type CallSearch } from './recent-calls.ts';
export { findLeadsDialedAt, readLeadAttempts, readRefusedCalls } from './lead-attempts.ts';
export { unlessAway, type SiteScope } from './scope.ts';
export { readQueueFigures } from './queue-figures.ts';
export { readTotals, type SiteTotals, type Totals } from './totals.ts';
export { readSiteHistory } from './site-history.ts';
export { readSiteLines } from './site-lines.ts';
export { readWallboard } from './wallboard.ts';
export { findMissingAttempts, readRowCounts, type RowCounts } from './verification.ts';

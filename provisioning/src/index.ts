export { examine, type Examination, type ExamineOptions } from './doctor/examine.ts';
export type { Check } from './doctor/check.ts';

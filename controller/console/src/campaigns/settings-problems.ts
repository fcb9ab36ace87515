import {
  CampaignSettings,
  findConditionProblem,
  findFormProblem,
  findProblem,
  isRegion,
  type NewCampaign,
} from '@branchline/shared';
import { fieldOf, problemWord, repeated, type Fault } from '../parts/form-faults.ts';
import type { T } from '../words/use-words.ts';

/**
 * What is wrong with settings, each at its field: the schema that the API checks with, and the rules beyond it that can
 * be known here. The controller has the last word.
 */
export function findFaults(t: T, settings: NewCampaign): Fault[] {
  const faults: Fault[] = [];
  const add = (place: string, problem: string): void => {
    faults.push({ field: fieldOf(place), text: problemWord(t, problem) ?? problem });
  };
  const given: Readonly<Record<string, unknown>> = settings;
  for (const [name, schema] of Object.entries(CampaignSettings.properties)) {
    if (given[name] === undefined) continue;
    // A list says all that is wrong with it, one row at a time.
    const problem = findProblem(schema, given[name]);
    if (problem) add(`/${name}${problem.place.startsWith('/') ? problem.place : ''}`, problem.problem);
  }
  if (!settings.name) add('/name', 'required property');
  const { window, region, retries = [], dispositions = [], form = [], filter = [] } = settings;
  if (window && window.toMinute <= window.fromMinute) add('/window/toMinute', 'it ends before it begins');
  if (region !== undefined && /^[A-Z]{2}$/.test(region) && !isRegion(region))
    add('/region', 'no such region');
  filter.forEach((condition, i) => {
    const found = findConditionProblem(condition);
    if (found) add(`/filter/${i}/${found.at}`, found.problem);
  });
  const question = findFormProblem(form);
  if (question) add(question.place, question.problem);
  for (const i of repeated(retries.map((rule) => rule.outcome)))
    add(`/retries/${i}/outcome`, 'is there twice');
  for (const i of repeated(dispositions.map((one) => one.code)))
    add(`/dispositions/${i}/code`, 'is there twice');
  for (const i of repeated(dispositions.map((one) => one.key)))
    add(`/dispositions/${i}/key`, 'is there twice');
  return faults;
}

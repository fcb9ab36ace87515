import {
  defaultCampaign,
  type CampaignChange,
  type CampaignSettings,
  type FormField,
  type LeadCondition,
  type LeadTrait,
  type NewCampaign,
} from '@branchline/shared';
import { dispositionWord } from '../words/known-words.ts';
import type { T } from '../words/use-words.ts';

/** The settings as fields hold them: nothing absent, an empty caller ID, message or flow as an empty text. */
export type FormSettings = Omit<
  CampaignSettings,
  'callerId' | 'machineMessage' | 'flow' | 'survey' | 'form' | 'filter'
> & {
  readonly filter: readonly FilterRow[];
  /** A bound that was taken away is null. */
  readonly form: readonly (Omit<FormField, 'min' | 'max'> & Bounds)[];
  readonly flow: string;
  readonly survey: string;
  readonly callerId: string;
  readonly machineMessage: string;
};

/** A condition as its row holds it. */
export type FilterRow = LeadCondition & { readonly of: LeadTrait; readonly field: string };

interface Bounds {
  readonly min?: number | null;
  readonly max?: number | null;
}

/** Of a name that is copied, so that there is room to say that it is a copy. */
const longestCopied = 180;

/** A new form: lawful defaults, dispositions named in the language of whoever creates it. */
export function newForm(t: T, sites: readonly string[] | undefined): FormSettings {
  return {
    ...defaultCampaign,
    name: '',
    callerId: '',
    machineMessage: '',
    flow: '',
    survey: '',
    form: [],
    filter: [],
    sites: [...(sites ?? [])],
    dispositions: defaultCampaign.dispositions.map((one) => ({
      ...one,
      label: dispositionWord(t, one.code),
    })),
  };
}

/** The form of a campaign that exists. */
export function formOf(settings: CampaignSettings): FormSettings {
  return {
    ...settings,
    callerId: settings.callerId ?? '',
    machineMessage: settings.machineMessage ?? '',
    flow: settings.flow ?? '',
    survey: settings.survey ?? '',
    form: settings.form ?? [],
    filter: (settings.filter ?? []).map((condition) => ({ of: 'field', field: '', ...condition })),
  };
}

/** A new form with the settings of another campaign, under a name that says so. */
export function copyForm(t: T, settings: CampaignSettings): FormSettings {
  return {
    ...formOf(settings),
    // Lists stay where they are.
    ...(settings.quotas && { quotas: settings.quotas.filter(({ list }) => list === undefined) }),
    name: t('campaign.copyName', { name: settings.name.slice(0, longestCopied) }),
  };
}

/** What a campaign that exists is sent: settings whose field is empty are taken away. */
export function changeOf(form: FormSettings): CampaignChange {
  return { callerId: null, machineMessage: null, flow: null, survey: null, ...settingsOf(form) };
}

/** What is sent of a new campaign: a caller ID and a message only when there is one, fields without surrounding blanks. */
export function settingsOf({ form, filter, ...settings }: FormSettings): NewCampaign {
  const { callerId, machineMessage, flow, survey, name, region, ...rest } = settings;
  const stated = { callerId: callerId.trim(), machineMessage: machineMessage.trim(), flow, survey };
  return {
    ...rest,
    name: name.trim(),
    region: region.trim().toUpperCase(),
    form: form.map(fieldOf),
    filter: filter.map(conditionOf),
    window: { ...rest.window, weekdays: rest.window.weekdays.toSorted((a, b) => a - b) },
    ...Object.fromEntries(Object.entries(stated).filter(([, text]) => text !== '')),
  };
}

/** A condition with what belongs to what it looks at. */
export function conditionOf({ of, field, compare, values }: FilterRow): LeadCondition {
  return of === 'field' ? { field: field.trim(), compare, values } : { of, compare, values };
}

/** A question with what its kind has. */
function fieldOf({
  id,
  label,
  kind,
  required,
  min,
  max,
  choices = [],
}: FormSettings['form'][number]): FormField {
  const bounded = kind !== 'choice' && kind !== 'yes-no';
  return {
    id,
    label: label.trim(),
    kind,
    required,
    ...(bounded && typeof min === 'number' && { min }),
    ...(bounded && typeof max === 'number' && { max }),
    ...(kind === 'choice' && { choices: choices.map((choice) => choice.trim()) }),
  };
}

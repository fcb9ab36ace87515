import { defaultCampaign, type CampaignSettings, type NewCampaign } from '@branchline/shared';
import { dispositionWord } from '../words/known-words.ts';
import type { T } from '../words/use-words.ts';

/** The settings as fields hold them: nothing absent, an empty caller ID or message as an empty text. */
export type FormSettings = Omit<CampaignSettings, 'callerId' | 'machineMessage'> & {
  readonly callerId: string;
  readonly machineMessage: string;
};

/** A new form: lawful defaults, dispositions named in the language of whoever creates it. */
export function newForm(t: T, sites: readonly string[] | undefined): FormSettings {
  return {
    ...defaultCampaign,
    name: '',
    callerId: '',
    machineMessage: '',
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
  };
}

/** What is sent: a caller ID and a message only when there is one, fields without surrounding blanks. */
export function settingsOf(form: FormSettings): NewCampaign {
  const { callerId, machineMessage, name, region, ...rest } = form;
  const stated = { callerId: callerId.trim(), machineMessage: machineMessage.trim() };
  return {
    ...rest,
    name: name.trim(),
    region: region.trim().toUpperCase(),
    window: { ...rest.window, weekdays: rest.window.weekdays.toSorted((a, b) => a - b) },
    ...Object.fromEntries(Object.entries(stated).filter(([, text]) => text !== '')),
  };
}

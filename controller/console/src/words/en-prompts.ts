/** Words of the page about recordings of prompts in English; a part of `en.ts`. */
export const enPrompts = {
  title: 'Prompts',
  create: 'New recording',
  empty: 'No prompt has a recording yet',
  emptyAdvice:
    'Texts of prompts are spoken by the branches. A recording takes the place of a text, at every branch.',
  prompt: 'Prompt',
  promptHint:
    'The name by which flows, campaigns and queues say it. safe-harbour, closed, offline, after-the-tone, call-back and others are on every branch from the start; a recording of their name takes their place.',
  language: 'Language',
  in: { 'zh-CN': 'Chinese', en: 'English' },
  listen: 'Listen',
  play: 'Recording of "{{prompt}}", {{language}}, version {{version}}',
  length: 'Length',
  seconds: '{{seconds}} s',
  versionsOf: 'Versions of "{{prompt}}", {{language}}',
  replace: 'Replace',
  removeTitle: 'Remove the recording of "{{prompt}}"?',
  removeText: 'All of its versions go. Where the prompt has a text, the text is spoken again.',
  sound: 'Sound',
  soundHint:
    'Any sound that this browser can play, from 0.3 s to 5 minutes. It is made into what phones play: one channel, 16 bits, 16 kHz and 8 kHz.',
  choose: 'Choose a file',
  record: 'Record',
  stop: 'Stop',
  noMicrophone:
    'The browser does not allow the microphone: allow it by the sign beside the address, or choose a file.',
  before: 'As it came',
  after: 'As callers hear it',
  level: 'loudest part {{level}} dB',
  saved: 'Version {{version}} is saved and on its way to the branches.',
  again: 'version {{version}} again',
};

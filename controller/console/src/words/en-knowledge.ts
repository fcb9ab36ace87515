/** Words of the knowledge base, in English; a part of `en.ts`. */
export const enKnowledge = {
  title: 'Knowledge base',
  create: 'New article',
  empty: 'No articles yet',
  emptyAdvice:
    'What agents look up during calls. Branches keep a copy: it can be searched without the center.',
  find: 'Find by title',
  everything: 'All calls',
  count: 'campaigns {{campaigns}}, queues {{queues}}',
  save: 'Save article',
  saved: '"{{title}}" is saved. Branches get it within seconds.',
  remove: 'Remove',
  removeTitle: 'Remove "{{title}}" from all branches?',
  forHint: 'Found first during calls of these campaigns and queues; none: as good for any call.',
  queuesHint: 'Name of a queue, Enter after each',
  versions: 'Who changed it',
  versionLine: 'Version {{version}} · {{at}} · {{by}}',
  field: {
    title: 'Title',
    language: 'Language',
    for: 'For',
    text: 'Text',
    campaigns: 'Campaigns',
    queues: 'Queues',
  },
};

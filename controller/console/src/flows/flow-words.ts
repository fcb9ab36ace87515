import type { FlowExit, FlowInput, FlowOrder, FlowPrompt } from '@branchline/shared';
import type { T } from '../words/use-words.ts';

/** A way out of a step in a word. */
export function exitWord(t: T, { by, value }: FlowExit): string {
  if (by === 'key') return t('flows.byKey', { key: value ?? '' });
  return by === 'case' ? (value ?? '') : t(`flows.by.${by}`);
}

/** What a walked caller or the world did. */
export function inputWords(t: T, input: FlowInput): string {
  if (input.type === 'key') return t('flows.walk.key', { key: input.key });
  if (input.type === 'found') return t('flows.walk.found', { value: input.value });
  if (input.type === 'said') return t('flows.walk.said', { text: input.text });
  return t(`flows.input.${input.type}`);
}

/** What the flow does with a walked call. */
export function orderWords(t: T, order: FlowOrder, prompts: readonly FlowPrompt[], language: string): string {
  switch (order.do) {
    case 'play': {
      const texts = order.prompts.map((name) => {
        const prompt = prompts.find((each) => each.name === name);
        return (
          (language === 'en' ? prompt?.en : prompt?.['zh-CN']) ?? prompt?.en ?? prompt?.['zh-CN'] ?? name
        );
      });
      return t('flows.walk.play', { text: texts.join(' ') });
    }
    case 'listen':
      return t('flows.walk.listen', { seconds: order.ms / 1000 });
    case 'look-up':
      return t('flows.walk.lookUp', { url: order.url });
    case 'answer':
      return t('flows.walk.answer', { question: order.question, answer: order.answer });
    case 'queue':
      return t('flows.walk.queue', { queue: order.queue ?? t('flows.anyQueue') });
    case 'transfer':
      return t('flows.walk.transfer', { phones: order.phones.join(', ') });
    case 'record':
      return t('flows.walk.record', { seconds: order.maxSeconds });
    case 'stop-playing':
    case 'opt-out':
    case 'hang-up':
    case 'give-up':
      return t(`flows.order.${order.do}`);
  }
}

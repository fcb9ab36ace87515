import { useEffect } from 'react';
import { promptLanguages, type PromptVersion } from '@branchline/shared';
import { soundOf } from '../prompts/prompt-queries.ts';
import type { Walk } from './walk.ts';

/** The recordings that a walked caller hears at this moment, one after the other; none where texts are spoken. */
export function soundsOf(walk: Walk | undefined, recordings: readonly PromptVersion[]): string[] {
  if (walk?.state.doing !== 'playing') return [];
  const said = walk.log.findLast((entry) => entry.what === 'order' && entry.order.do === 'play');
  const prompts = said?.what === 'order' && said.order.do === 'play' ? said.order.prompts : [];
  return prompts.flatMap((prompt) =>
    promptLanguages.flatMap((language) => {
      const found = recordings.find((each) => each.prompt === prompt && each.language === language);
      return found ? [soundOf(found)] : [];
    }),
  );
}

/** Plays what a walked caller hears, until something else happens to the call. */
export function useWalkSound(walk: Walk | undefined, recordings: readonly PromptVersion[]): void {
  useEffect(() => {
    const waiting = soundsOf(walk, recordings);
    const player = new Audio();
    const next = (): void => {
      const sound = waiting.shift();
      if (sound === undefined) return;
      player.src = sound;
      // A browser may refuse to play before the person has done anything on the page.
      player.play().catch(() => undefined);
    };
    player.addEventListener('ended', next);
    next();
    return () => {
      player.removeEventListener('ended', next);
      player.pause();
    };
    // A list that was asked for again is no reason to begin anew.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [walk]);
}

import { useSyncExternalStore } from 'react';
import { recall, remember } from './stored.ts';

export const appearances = ['light', 'dark'] as const;
export type Appearance = (typeof appearances)[number];

const listeners = new Set<() => void>();
let chosen: Appearance | undefined;

function systemWants(): Appearance {
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Light or dark: the remembered choice, else what the system prefers. */
export function appearance(): Appearance {
  chosen ??= recall('appearance', appearances) ?? systemWants();
  return chosen;
}

/** Puts the appearance onto the page, before anything is painted. */
export function applyAppearance(): void {
  document.documentElement.dataset['appearance'] = appearance();
}

export function setAppearance(next: Appearance): void {
  chosen = next;
  remember('appearance', next);
  applyAppearance();
  for (const listener of listeners) listener();
}

export function useAppearance(): Appearance {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, appearance);
}

import { useState } from 'react';

const key = 'branchline-desk-drafts';
/** So many drafts are kept. */
const mostDrafts = 40;

function drafts(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

function keep(about: string, text: string): void {
  const { [about]: _old, ...others } = drafts();
  const next = Object.entries(text === '' ? others : { ...others, [about]: text }).slice(-mostDrafts);
  try {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // A browser without storage keeps it as long as the page is open.
  }
}

/**
 * Text typed about a call: it outlives a reload, a lost link and a restart of the box.
 * @param about the call's id, or another name for something about it
 */
export function useDraft(about: string): [string, (text: string) => void] {
  const [typed, setTyped] = useState<{ about: string; text: string }>();
  const text = typed?.about === about ? typed.text : (drafts()[about] ?? '');
  return [
    text,
    (next) => {
      setTyped({ about, text: next });
      keep(about, next);
    },
  ];
}

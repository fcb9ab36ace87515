import { useState } from 'react';

const key = 'branchline-desk-drafts';
/** Drafts of so many calls are kept. */
const mostDrafts = 20;

function drafts(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

function keep(call: string, text: string): void {
  const { [call]: _old, ...others } = drafts();
  const next = Object.entries(text === '' ? others : { ...others, [call]: text }).slice(-mostDrafts);
  try {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // A browser without storage keeps it as long as the page is open.
  }
}

/** Text typed about a call: it outlives a reload, a lost link and a restart of the box. */
export function useDraft(call: string): [string, (text: string) => void] {
  const [typed, setTyped] = useState<{ call: string; text: string }>();
  const text = typed?.call === call ? typed.text : (drafts()[call] ?? '');
  return [
    text,
    (next) => {
      setTyped({ call, text: next });
      keep(call, next);
    },
  ];
}

import { signal } from '@preact/signals';
import { keep, recall } from '../state/browser-storage.ts';

export type Theme = 'dark' | 'light';

const KEY = 'sightline-theme';

function preferred(): Theme {
  const kept = recall('local', KEY);
  if (kept === 'dark' || kept === 'light') return kept;
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

export const theme = signal<Theme>(preferred());

/** Puts the theme on the document, now and whenever it changes. */
export function applyTheme(): void {
  theme.subscribe((value) => {
    document.documentElement.dataset['theme'] = value;
  });
}

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  keep('local', KEY, theme.value);
}

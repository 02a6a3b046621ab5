import { keep as keepText, recall } from '../../state/browser-storage.ts';

const KEY = 'sightline-promql-history';
const KEEP = 50;

/** Adds a query in front; the same is not kept twice, and so many in all. */
export function withQuery(history: readonly string[], query: string, keep: number = KEEP): readonly string[] {
  const text = query.trim();
  return text === '' ? history : [text, ...history.filter((each) => each !== text)].slice(0, keep);
}

/** What is kept, as far as it is a list of texts: another page may have written there. */
export function readHistory(json: string | undefined): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(parsed) ? parsed.filter((each) => typeof each === 'string').slice(0, KEEP) : [];
  } catch {
    return [];
  }
}

export function keptHistory(): readonly string[] {
  return readHistory(recall('local', KEY));
}

export function rememberQuery(query: string): void {
  keepText('local', KEY, JSON.stringify(withQuery(keptHistory(), query)));
}

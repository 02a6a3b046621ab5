/** What can be written at a place of a query. */
export type Wanted =
  | { readonly what: 'label'; readonly from: number; readonly typed: string }
  | { readonly what: 'value'; readonly label: string; readonly from: number; readonly typed: string }
  | { readonly what: 'stage'; readonly from: number; readonly typed: string }
  | undefined;

export interface Suggestion {
  /** As the list shows it. */
  readonly name: string;
  /** What it is for, in few words. */
  readonly help?: string;
  /** Takes the place of what was typed. */
  readonly insert: string;
}

const STAGES: readonly Suggestion[] = [
  { name: '|= "…"', help: 'lines with this text', insert: '|= "' },
  { name: '!= "…"', help: 'lines without this text', insert: '!= "' },
  { name: '|~ "…"', help: 'lines that match', insert: '|~ "' },
  { name: '!~ "…"', help: 'lines that do not match', insert: '!~ "' },
  { name: '|> "…"', help: 'lines of this pattern', insert: '|> "' },
  { name: '| json', help: 'take JSON apart', insert: '| json ' },
  { name: '| logfmt', help: 'take key=value apart', insert: '| logfmt ' },
  { name: '| level="…"', help: 'filter by a field', insert: '| level="' },
  { name: '| line_format "…"', help: 'write lines anew', insert: '| line_format "' },
];

/**
 * What is being written where the cursor stands: a label in the selector, a value within its quotes, or a stage.
 *
 * @param at place of the cursor in the query
 */
export function wantedAt(query: string, at: number): Wanted {
  const before = query.slice(0, at);
  const open = before.lastIndexOf('{');
  if (open >= 0 && !closes(before.slice(open))) {
    const value = /([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)$/s.exec(before);
    if (value !== null) {
      const [, label = '', typed = ''] = value;
      return { what: 'value', label, from: at - typed.length, typed };
    }
    const label = /[{,]\s*(\w*)$/.exec(before);
    return label === null
      ? undefined
      : { what: 'label', from: at - (label[1] ?? '').length, typed: label[1] ?? '' };
  }
  if (before.trim() === '') return { what: 'label', from: at, typed: '' };
  const stage = /\}(?:.*\s)?((?:[|!][=~>]?\s?\w*)?)$/s.exec(before);
  if (stage === null || isInString(before)) return undefined;
  const typed = stage[1] ?? '';
  return { what: 'stage', from: at - typed.length, typed };
}

/** Whether the selector that begins this text ends in it. */
function closes(text: string): boolean {
  return text
    .replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/gs, '')
    .replace(/"[^"]*$/s, '')
    .includes('}');
}

function isInString(text: string): boolean {
  return /["`]/.test(text.replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/gs, ''));
}

const MAX_SUGGESTIONS = 50;

/**
 * What to offer: names that begin with what was typed, then those that hold it.
 *
 * @param known labels, or values of the label
 */
export function suggestionsFor(wanted: Wanted, known: readonly string[], query = ''): readonly Suggestion[] {
  if (wanted === undefined) return [];
  const typed = wanted.typed.toLowerCase();
  if (wanted.what === 'stage') {
    return STAGES.filter(
      ({ name }) => name.toLowerCase().startsWith(typed.trim()) && name.trim() !== typed.trim(),
    );
  }
  const opened = wanted.what === 'label' && query.trim() === '' ? '{' : '';
  return known
    .map((name) => ({ name, place: name.toLowerCase().indexOf(typed) }))
    .filter(({ name, place }) => place >= 0 && !(name === wanted.typed && known.length === 1))
    .toSorted(
      (one, other) => Math.sign(one.place) - Math.sign(other.place) || (one.name < other.name ? -1 : 1),
    )
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => ({
      name,
      insert: wanted.what === 'label' ? `${opened}${name}="` : JSON.stringify(name).slice(1, -1),
    }));
}

/** The query with a suggestion in it, and where the cursor stands then. */
export function applySuggestion(
  query: string,
  at: number,
  wanted: Exclude<Wanted, undefined>,
  { insert }: Suggestion,
): { readonly query: string; readonly at: number } {
  let after = query.slice(at);
  let text = insert;
  let behind = 0;
  if (wanted.what === 'value') {
    // What is left of the old value goes, and the quote and the brace come if they are not there.
    after = after.replace(/^(?:[^"\\{}|]|\\.)*(?=")/s, '');
    if (after.startsWith('"')) behind = 1;
    else text += '"';
    if (!after.slice(behind).includes('}') && !/^\s*,/.test(after.slice(behind))) {
      const rest = after.slice(behind);
      return {
        query: `${query.slice(0, wanted.from)}${text}${after.slice(0, behind)}}${rest}`,
        at: wanted.from + text.length + behind + 1,
      };
    }
  } else if (wanted.what === 'label') after = after.replace(/^\w*(?:=~|!~|!=|=)?"?/, '');
  return { query: `${query.slice(0, wanted.from)}${text}${after}`, at: wanted.from + text.length + behind };
}

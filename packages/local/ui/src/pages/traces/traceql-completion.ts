import type { TagScope } from '../../api/tempo.ts';

/** What can stand at a place of a query. */
export type Completion =
  | {
      readonly kind: 'attribute' | 'operator' | 'joint';
      readonly from: number;
      readonly to: number;
      readonly typed: string;
    }
  | {
      readonly kind: 'value';
      readonly attribute: string;
      readonly from: number;
      readonly to: number;
      readonly typed: string;
    }
  | undefined;

const TOKEN =
  /"(?:[^"\\]|\\.)*(?:"|$)|=~|!~|!=|>=|<=|&&|\|\||>>|<<|[=<>{}()|,~!]|(?:[^\s"={}<>()|,~!&]|"(?:[^"\\]|\\.)*(?:"|$))+|&/g;
const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~', '>', '>=', '<', '<=']);
const BEFORE_ATTRIBUTE: ReadonlySet<string> = new Set(['{', '(', '&&', '||', ',', '!']);

/** What is being written at the cursor: an attribute, an operator, a value, or what joins conditions. */
export function completionAt(query: string, cursor: number): Completion {
  const before: string[] = [];
  let current = { text: '', from: cursor, to: cursor };
  let depth = 0;
  for (const found of query.matchAll(TOKEN)) {
    const [text] = found;
    const from = found.index;
    const to = from + text.length;
    if (from >= cursor) break;
    const isClosedText = text.length > 1 && text.startsWith('"') && text.endsWith('"');
    const isWord = /^[^={}<>()|,~!&]/.test(text) && !(isClosedText && to === cursor);
    if (to >= cursor && isWord) {
      current = { text, from, to };
      break;
    }
    before.push(text);
    if (text === '{' || text === '(') depth++;
    if (text === '}' || text === ')') depth--;
  }
  if (depth <= 0) return undefined;
  const typed = query.slice(current.from, cursor);
  const place = { from: current.from, to: current.to, typed };
  const last = before.at(-1) ?? '';
  const attribute = before.at(-2) ?? '';
  if (COMPARISONS.has(last)) return { kind: 'value', attribute, ...place };
  if (BEFORE_ATTRIBUTE.has(last)) return { kind: 'attribute', ...place };
  if (COMPARISONS.has(attribute)) return { kind: 'joint', ...place };
  return { kind: 'operator', ...place };
}

export interface Option {
  /** What is put in. */
  readonly text: string;
  /** Where it comes from, or what it means. */
  readonly about: string;
}

/** Intrinsics that most people want; the server knows more of them, which come after these. */
const INTRINSICS: readonly Option[] = [
  { text: 'name', about: 'operation of the span' },
  { text: 'status', about: 'error, ok or unset' },
  { text: 'duration', about: 'of the span' },
  { text: 'traceDuration', about: 'of the whole trace' },
  { text: 'kind', about: 'server, client, …' },
  { text: 'rootName', about: 'operation that began it' },
  { text: 'rootServiceName', about: 'service that began it' },
  { text: 'statusMessage', about: 'why it failed' },
];

/** Names of attributes, as a query writes them. */
export function attributeOptions(scopes: readonly TagScope[]): readonly Option[] {
  const known = new Set(INTRINSICS.map(({ text }) => text));
  return [
    ...scopes
      .filter(({ name }) => name === 'resource' || name === 'span')
      .flatMap((scope) =>
        scope.tags.map((tag) => ({ text: `${scope.name}.${nameText(tag)}`, about: scope.name })),
      ),
    ...INTRINSICS,
    ...scopes
      .filter(({ name }) => name !== 'resource' && name !== 'span')
      .flatMap(({ name, tags }) =>
        tags.map((tag) => ({ text: name === 'intrinsic' ? tag : `${name}.${nameText(tag)}`, about: name })),
      )
      .filter(({ text }) => !known.has(text)),
  ];
}

function nameText(tag: string): string {
  return /^[A-Za-z_][\w.]*$/.test(tag) ? tag : JSON.stringify(tag);
}

export const operatorOptions: readonly Option[] = [
  { text: '=', about: 'equal' },
  { text: '!=', about: 'not equal' },
  { text: '=~', about: 'matches the expression' },
  { text: '!~', about: 'does not match' },
  { text: '>', about: 'more than' },
  { text: '>=', about: 'at least' },
  { text: '<', about: 'less than' },
  { text: '<=', about: 'at most' },
];

export const jointOptions: readonly Option[] = [
  { text: '&&', about: 'and' },
  { text: '||', about: 'or' },
];

/** A value as a query writes it: texts in quotes, words of the language and numbers without. */
export function valueOption({ type, value }: { readonly type: string; readonly value: string }): Option {
  return { text: type === 'string' ? JSON.stringify(value) : value, about: type };
}

/** Those that go on as was typed, then those that hold it; where it came from does not matter: `route` finds `span.http.route`. */
export function matchingOptions(options: readonly Option[], typed: string, most: number): readonly Option[] {
  const wanted = typed.replace(/^"/, '').toLowerCase();
  if (wanted === '') return options.slice(0, most);
  const ranked = options
    .map((option) => ({ option, rank: rankOf(option.text.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < 3);
  return ranked
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ option }) => option);
}

function rankOf(text: string, wanted: string): number {
  const plain = text.replace(/^"/, '');
  if (plain.startsWith(wanted)) return 0;
  if (plain.slice(plain.indexOf('.') + 1).startsWith(wanted)) return 1;
  return plain.includes(wanted) ? 2 : 3;
}

/** The query with an option in its place, and where the cursor goes on. */
export function acceptOption(
  query: string,
  { from, to }: { readonly from: number; readonly to: number },
  { text }: Option,
): { readonly query: string; readonly cursor: number } {
  const rest = query.slice(to);
  const space = rest.startsWith(' ') ? '' : ' ';
  return { query: `${query.slice(0, from)}${text}${space}${rest}`, cursor: from + text.length + 1 };
}

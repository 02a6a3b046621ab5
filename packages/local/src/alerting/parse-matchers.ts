import type { LabelMatcher } from '@sightline/query';

const MATCHER = /^\s*("(?:[^"\\]|\\.)*"|[^\s!=~"{},]+)\s*(=~|!~|!=|=)\s*(.*)$/s;

/** A matcher that is none; the message shows it. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
}

/**
 * Reads one matcher as Alertmanager writes it: `severity = critical`, `alertname =~ "A|B"`.
 *
 * @throws {MatcherError}
 */
export function parseMatcher(text: string): LabelMatcher {
  const [, name, op, value] = MATCHER.exec(text) ?? [];
  const plain = value === undefined ? undefined : unquote(value.trimEnd());
  if (name === undefined || plain === undefined) {
    throw new MatcherError(`bad matcher format: ${text}`);
  }
  return { name: unquote(name) ?? name, op: op as LabelMatcher['op'], value: plain };
}

/**
 * Reads matchers with commas between them, in braces or not: `{a="b", c=~"d"}`.
 *
 * @throws {MatcherError}
 */
export function parseMatchers(text: string): readonly LabelMatcher[] {
  const inner = text.trim().replace(/^\{(.*)\}$/s, '$1');
  return splitOutsideQuotes(inner)
    .filter((part) => part.trim() !== '')
    .map(parseMatcher);
}

function splitOutsideQuotes(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (sign === '"') quoted = !quoted;
    else if (sign === ',' && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** In quotes or not, as Alertmanager reads it: a backslash before anything that is no escape is one. */
function unquote(text: string): string | undefined {
  const isQuoted = text.startsWith('"');
  let value = '';
  for (let at = isQuoted ? 1 : 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '"') return isQuoted && at === text.length - 1 ? value : undefined;
    const escaped = sign === '\\' ? ESCAPES[text[at + 1] ?? ''] : undefined;
    value += escaped ?? sign;
    if (escaped !== undefined) at += 1;
  }
  return isQuoted ? undefined : value;
}

/** As Alertmanager prints it. */
export function matcherText({ name, op, value }: LabelMatcher): string {
  return `${name}${op}${JSON.stringify(value)}`;
}

import { QueryError } from '../../query-error.ts';

/** A text of a pattern, or a place that takes whatever is there: unnamed when its name is `_`. */
export type PatternPart = { readonly text: string } | PatternPlace;

interface PatternPlace {
  readonly capture: string;
}

const capture = /<([a-zA-Z_][a-zA-Z0-9_]*)>/g;

function split(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let at = 0;
  for (const found of pattern.matchAll(capture)) {
    if (found.index > at) parts.push({ text: pattern.slice(at, found.index) });
    parts.push({ capture: found[1]! });
    at = found.index + found[0].length;
  }
  if (at < pattern.length) parts.push({ text: pattern.slice(at) });
  return parts;
}

function problem(message: string): QueryError {
  return new QueryError('bad_data', message);
}

function checkNeighbours(parts: readonly PatternPart[]): void {
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1];
    if ('capture' in part && next !== undefined && 'capture' in next) {
      throw problem(`found consecutive capture '<${part.capture}><${next.capture}>': invalid expression`);
    }
  }
}

/**
 * The pattern of `| pattern`: at least one name, each once.
 *
 * @throws {QueryError} `bad_data`
 */
export function parsePatternExpression(pattern: string): readonly PatternPart[] {
  const parts = split(pattern);
  if (parts.length === 0) {
    throw problem(
      'parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL',
    );
  }
  const names = parts.flatMap((part) => ('capture' in part && part.capture !== '_' ? [part.capture] : []));
  if (names.length === 0) throw problem('at least one capture is required');
  checkNeighbours(parts);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw problem(`duplicate capture name (${twice}): invalid expression`);
  return parts;
}

/**
 * The pattern of `|>`: texts and `<_>`; without any, only an empty line fits.
 *
 * @throws {QueryError} `bad_data`
 */
export function parseLinePattern(pattern: string): readonly PatternPart[] {
  const parts = split(pattern);
  checkNeighbours(parts);
  for (const part of parts) {
    if ('capture' in part && part.capture !== '_') {
      throw problem(`named captures are not allowed: found '<${part.capture}>'`);
    }
  }
  return parts;
}

/** Values of the named places in a line, by name, as far as the line fits. */
export function patternCaptures(
  parts: readonly PatternPart[],
  line: string,
): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  let at = 0;
  let index = 0;
  const first = parts[0];
  if (line === '' || first === undefined) return found;
  if ('text' in first) {
    if (!line.startsWith(first.text)) return found;
    at = first.text.length;
    index = 1;
  }
  for (; index < parts.length; index += 2) {
    // Places and texts take turns.
    const place = parts[index] as PatternPlace;
    const behind = parts[index + 1];
    const end = behind !== undefined && 'text' in behind ? line.indexOf(behind.text, at) : -1;
    if (place.capture !== '_') found.push([place.capture, end === -1 ? line.slice(at) : line.slice(at, end)]);
    if (end === -1 || behind === undefined || !('text' in behind)) return found;
    at = end + behind.text.length;
  }
  return found;
}

/** Whether a whole line fits; a place takes at least one character. */
export function fitsLinePattern(parts: readonly PatternPart[], line: string): boolean {
  if (line === '' || parts.length === 0) return line === '' && parts.length === 0;
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (!('text' in part)) continue;
    const found = line.indexOf(part.text, at);
    if (found === -1 || (index !== 0 && found === at)) return false;
    at = found + part.text.length;
  }
  const endsOpen = 'capture' in parts.at(-1)!;
  return endsOpen === at < line.length;
}

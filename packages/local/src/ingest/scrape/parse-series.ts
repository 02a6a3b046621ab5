import { type Labels, setLabel } from '@sightline/query';

const NAME_END = /[\s{]/;
const LABEL_NAME = /[\w:.-]/;

/** Where the name and the labels at the start of a line end; -1 when they do not. */
export function seriesEnd(line: string): number {
  const brace = line.search(NAME_END);
  if (brace <= 0 && line[0] !== '{') return -1;
  if (line[brace] !== '{') return brace;
  let quoted = false;
  for (let at = brace + 1; at < line.length; at++) {
    const sign = line[at];
    if (sign === '"') quoted = !quoted;
    else if (sign === '\\' && quoted) at += 1;
    else if (sign === '}' && !quoted) return at + 1;
  }
  return -1;
}

/**
 * The labels of `name{label="value"}` or `{"name",label="value"}`, the name under `__name__`.
 *
 * @returns undefined when it is neither
 */
export function parseSeries(text: string): Labels | undefined {
  const brace = text.indexOf('{');
  if (brace === -1) return { __name__: text };
  const labels = parseLabels(text.slice(brace));
  if (labels === undefined) return undefined;
  return brace === 0 ? labels : { __name__: text.slice(0, brace).trimEnd(), ...labels };
}

/** The labels between braces, a name alone in quotes being that of the metric; undefined when they cannot be read. */
export function parseLabels(text: string): Labels | undefined {
  const labels: Record<string, string> = {};
  let at = skipSpace(text, 1);
  while (text[at] !== '}') {
    const name = text[at] === '"' ? quotedText(text, at) : plainName(text, at);
    if (name === undefined) return undefined;
    at = skipSpace(text, name.end);
    if (text[at] === '=') {
      const value = quotedText(text, skipSpace(text, at + 1));
      if (value === undefined) return undefined;
      if (value.text !== '') setLabel(labels, name.text, value.text);
      at = skipSpace(text, value.end);
    } else labels['__name__'] = name.text;
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== '}') return undefined;
  }
  return skipSpace(text, at + 1) === text.length ? labels : undefined;
}

interface Part {
  readonly text: string;
  readonly end: number;
}

function plainName(text: string, start: number): Part | undefined {
  let end = start;
  while (end < text.length && LABEL_NAME.test(text[end]!)) end += 1;
  return end === start ? undefined : { text: text.slice(start, end), end };
}

function quotedText(text: string, start: number): Part | undefined {
  if (text[start] !== '"') return undefined;
  let value = '';
  let from = start + 1;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') return { text: value + text.slice(from, at), end: at + 1 };
    if (sign !== '\\') continue;
    const escaped = text[at + 1];
    // As in Prometheus, a backslash before anything else is one.
    if (escaped === 'n' || escaped === '"' || escaped === '\\') {
      value += text.slice(from, at) + (escaped === 'n' ? '\n' : escaped);
      from = at + 2;
    }
    at += 1;
  }
  return undefined;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

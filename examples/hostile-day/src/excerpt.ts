import { paint } from './paint.ts';

/** Where something stands in a line: from the first character to the one after the last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** The first fields are the same in every line and say nothing here. */
const PREFIX = '"service":"shop",';
const MARKER = /\[?REDACTED\]?|\[(?:Getter|Proxy|Circular)\]/g;

/** A part of a leaking line, at most `width` columns, with its secrets in red. */
export function leakingExcerpt(line: string, secrets: readonly string[], width: number): string {
  return excerpt(withoutPrefix(line), (body) => rangesOf(body, secrets), width, paint.leak);
}

/** The same of a censored line, with what stands in the secrets' place in green. */
export function censoredExcerpt(line: string, width: number): string {
  return excerpt(withoutPrefix(line), markersIn, width, paint.safe);
}

function withoutPrefix(line: string): string {
  const prefix = line.indexOf(PREFIX);
  return line.slice(prefix === -1 ? 0 : prefix + PREFIX.length).trimEnd();
}

function rangesOf(text: string, needles: readonly string[]): Range[] {
  const ranges = needles.flatMap((needle) => {
    const from = text.indexOf(needle);
    return from === -1 ? [] : [{ from, to: from + needle.length }];
  });
  return ranges.toSorted((one, other) => one.from - other.from);
}

function markersIn(text: string): Range[] {
  return [...text.matchAll(MARKER)].map(({ index, 0: marker }) => ({
    from: index,
    to: index + marker.length,
  }));
}

function excerpt(
  text: string,
  find: (text: string) => readonly Range[],
  width: number,
  highlight: (text: string) => string,
): string {
  const window = windowAround(text, find(text)[0]?.from ?? 0, width - 2);
  let shown = window.from > 0 ? paint.quiet('…') : '';
  let at = window.from;
  for (const { from, to } of find(text)) {
    const [start, end] = [Math.max(from, at), Math.min(to, window.to)];
    if (start >= end) continue;
    shown += text.slice(at, start) + highlight(text.slice(start, end));
    at = end;
  }
  return shown + text.slice(at, window.to) + (window.to < text.length ? paint.quiet('…') : '');
}

/** `width` characters of a text, `at` in its first half, begun where a field or a word begins. */
function windowAround(text: string, at: number, width: number): Range {
  if (at < width / 2) return { from: 0, to: Math.min(width, text.length) };
  const earliest = at - Math.floor(width / 2);
  const boundary = text.slice(earliest, at).search(/[ ,{](?=["\w])/);
  const from = boundary === -1 ? earliest : earliest + boundary + 1;
  return { from, to: Math.min(from + width, text.length) };
}

import { blockEnd, eachItem, nextToken, stringEnd, unescapeJson, valueAt } from './json-scanner.ts';
import type { JsonProblem, JsonValue } from './json-scanner.ts';
import type { JsonPath } from './json-path.ts';

/** A value that a path led to, by the place of the path; or why a part of the line cannot be read. */
export type FoundVisitor = (path: number, value: JsonValue | JsonProblem) => void;

/** What one walk over a line knows. */
interface Search {
  readonly line: string;
  readonly paths: readonly JsonPath[];
  readonly found: FoundVisitor;
  /** Paths that have led to a value. */
  readonly done: Set<number>;
  /** Keys on the way to where the walk is, one a level. */
  readonly keys: string[];
}

/**
 * Looks for all paths in one walk over the line, as Loki's parser does: the first value of each counts, and where the
 * line is no JSON the walk ends with what was found before.
 */
export function searchPaths(line: string, paths: readonly JsonPath[], found: FoundVisitor): void {
  const search: Search = { line, paths, found, done: new Set(), keys: [] };
  const { done } = search;
  const longest = Math.max(0, ...paths.map((path) => path.length));
  const to = line.length;
  let level = 0;
  for (let at = 0; at < to; at += 1) {
    const sign = line[at];
    if (sign === '{') {
      level += 1;
    } else if (sign === '}' || sign === ']') {
      level -= 1;
    } else if (sign === '[') {
      if (level < 0) return malformed(found);
      const end = searchList(search, at, level);
      if (end === -1 || done.size === paths.length) return;
      if (end.entered) level += 1;
      at = end.next - 1;
    } else if (sign === '"') {
      const keyEnd = stringEnd(line, at + 1, to);
      const next = keyEnd === -1 ? -1 : nextToken(line, keyEnd, to);
      if (next === -1) return;
      if (line[next] !== ':') {
        at = next - 1;
        continue;
      }
      const key = unescapeJson(line.slice(at + 1, keyEnd - 1));
      if (key === undefined) return;
      if (longest >= level && level < 1) return malformed(found);
      if (longest >= level) searchKey(search, next + 1, level, key);
      if (done.size === paths.length) return;
      at = next;
    }
  }
}

function malformed(found: FoundVisitor): void {
  found(-1, 'Malformed JSON error');
}

function searchKey(search: Search, valueFrom: number, level: number, key: string): void {
  const { line, paths, found, done, keys } = search;
  keys[level - 1] = key;
  for (const [index, path] of paths.entries()) {
    if (path.length !== level || done.has(index) || path[level - 1] !== key || !startsWith(path, keys, level))
      continue;
    done.add(index);
    found(index, valueAt(line, valueFrom, line.length));
    if (done.size === paths.length) return;
  }
}

function startsWith(path: JsonPath, keys: readonly string[], level: number): boolean {
  for (let at = 0; at < Math.min(path.length, level); at += 1) if (path[at] !== keys[at]!) return false;
  return true;
}

interface ListEnd {
  /** Where the walk goes on. */
  readonly next: number;
  /** Whether the end of the list is still ahead. */
  readonly entered: boolean;
}

function searchList(search: Search, from: number, level: number): ListEnd | -1 {
  const { line, paths, found, done, keys } = search;
  const wanted = new Map<number, number[]>();
  for (const [index, path] of paths.entries()) {
    const place = placeOf(path[level]);
    if (place === undefined || done.has(index) || !startsWith(path, keys, level)) continue;
    wanted.set(place, [...(wanted.get(place) ?? []), index]);
  }
  if (wanted.size === 0) {
    const end = blockEnd(line, from, line.length);
    return end === -1 ? -1 : { next: end, entered: false };
  }
  let place = 0;
  const next = eachItem(line, from, line.length, (value) => {
    for (const index of wanted.get(place) ?? []) {
      done.add(index);
      const inner = searchIn(line, value, paths[index]!.slice(level + 1));
      if (inner !== undefined) found(index, inner);
    }
    place += 1;
  });
  return { next: Math.max(next, from + 1), entered: true };
}

function placeOf(part: string | undefined): number | undefined {
  if (part === undefined || !part.startsWith('[') || part.length <= 2) return undefined;
  const place = Number(part.slice(1, -1));
  return Number.isInteger(place) ? place : 0;
}

/** The value that a path leads to within another. */
function searchIn(line: string, value: JsonValue, path: JsonPath): JsonValue | JsonProblem | undefined {
  let current: JsonValue | JsonProblem = value;
  for (const part of path) {
    const inner = stepInto(line, current, part);
    if (inner === undefined) return undefined;
    current = inner;
    if (typeof current === 'string') return current;
  }
  return current;
}

function stepInto(line: string, value: JsonValue, part: string): JsonValue | JsonProblem | undefined {
  const place = placeOf(part);
  if (value.type === 'array' && place !== undefined) {
    let at = 0;
    let item: JsonValue | undefined;
    eachItem(line, value.from, value.to, (candidate) => {
      if (at === place) item = candidate;
      at += 1;
    });
    return item;
  }
  return value.type === 'object' ? memberOf(line, value, part) : undefined;
}

function memberOf(line: string, { from, to }: JsonValue, name: string): JsonValue | JsonProblem | undefined {
  let at = from + 1;
  while (at < to) {
    const keyAt = line.indexOf('"', at);
    if (keyAt === -1 || keyAt >= to) return undefined;
    const keyEnd = stringEnd(line, keyAt + 1, to);
    const colon = keyEnd === -1 ? -1 : nextToken(line, keyEnd, to);
    if (colon === -1 || line[colon] !== ':') return undefined;
    const value = valueAt(line, colon + 1, to);
    if (unescapeJson(line.slice(keyAt + 1, keyEnd - 1)) === name) return value;
    if (typeof value === 'string') return undefined;
    at = value.end;
  }
  return undefined;
}

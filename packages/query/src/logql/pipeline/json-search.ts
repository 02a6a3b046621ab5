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
  if (path.length === 0) return value;
  const at = placeWithin(line, value, path);
  return at === -1 ? undefined : valueAt(line, at, value.to);
}

/**
 * Where the value begins that a path leads to within another, or -1. What lies on the way is looked at no more than the
 * parser of Loki does: values that nobody asked for may be none.
 */
function placeWithin(line: string, { from, to }: JsonValue, path: JsonPath): number {
  let level = 0;
  /** Keys of the path that were found. */
  let found = 0;
  let lastFits = true;
  for (let at = from; at < to; at += 1) {
    const sign = line[at];
    if (sign === '"') {
      const keyEnd = stringEnd(line, at + 1, to);
      const next = keyEnd === -1 ? -1 : nextToken(line, keyEnd, to);
      if (next === -1) return -1;
      const isKey = line[next] === ':';
      if (isKey && (level < 1 || level > path.length)) return -1;
      if (isKey) {
        const key = unescapeJson(line.slice(at + 1, keyEnd - 1));
        if (key === undefined) return -1;
        lastFits = key === path[level - 1];
        if (lastFits && found === level - 1) found += 1;
        if (found === path.length) return next + 1;
      }
      at = isKey ? next : next - 1;
    } else if (sign === '{' && lastFits) {
      level += 1;
    } else if (sign === '}') {
      level -= 1;
      if (level === found) found -= 1;
    } else if (sign === '[' && found === level && placeOf(path[level]) !== undefined) {
      return placeWithinItem(line, at, to, path.slice(level));
    } else if (sign === '{' || sign === '[') {
      const end = blockEnd(line, at, to);
      if (end === -1) return -1;
      at = end - 1;
    } else if (sign === ':') return -1;
  }
  return -1;
}

/** @param path with the place of an item of the list that begins at `from`, and what follows */
function placeWithinItem(line: string, from: number, to: number, [place, ...rest]: JsonPath): number {
  const wanted = placeOf(place);
  let at = 0;
  let item: JsonValue | undefined;
  eachItem(line, from, to, (candidate) => {
    if (at === wanted) item = candidate;
    at += 1;
  });
  if (item === undefined) return -1;
  if (rest.length > 0) return placeWithin(line, item, rest);
  return item.type === 'string' ? item.from - 1 : item.from;
}

import { eachPair, unescapeJson } from './json-scanner.ts';
import type { JsonProblem, JsonValue } from './json-scanner.ts';
import { labelName, nestedLabelName } from './label-name.ts';
import type { LineLabels } from './line-labels.ts';
import { parserErrors, withoutReplacement } from './parse-errors.ts';
import { duplicateSuffix } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';

/** Levels of nesting that are read. What is deeper is no log but an attack: each level reads the rest of the line. */
const maxDepth = 100;

/** Ends the walk over a line: all that is wanted was found, or the line is of no use. */
type Stop = 'found-all' | 'dropped';

/** `| json`: every value of the object is a label, nested ones by their keys with `_` between; lists are left out. */
export function jsonStage(): RunnableStage {
  return { required: [], step: (line, labels) => (readLine(line, labels) === 'dropped' ? undefined : line) };
}

function readLine(line: string, labels: LineLabels): Stop | undefined {
  if (labels.hints.wantsNothing()) return undefined;
  const ended = readObject(line, 0, line.length, [], labels);
  if (ended === undefined || ended === 'found-all' || ended === 'dropped') return ended;
  labels.fail(parserErrors.json, ended);
  return undefined;
}

function readObject(
  line: string,
  from: number,
  to: number,
  keys: readonly string[],
  labels: LineLabels,
): Stop | JsonProblem | undefined {
  return eachPair<Stop | JsonProblem>(line, from, to, (key, value) => {
    if (value.type === 'object') {
      const path = [...keys, key];
      if (path.length > maxDepth || !labels.hints.wantsPrefix(nestedLabelName(path))) return undefined;
      return readObject(line, value.from, value.to, path, labels);
    }
    if (value.type !== 'array' && value.type !== 'null') {
      const passed = setLabel(line, keys, key, value, labels);
      if (labels.hints.hasAll()) return 'found-all';
      if (!passed) return 'dropped';
    }
    return undefined;
  });
}

/** Sets the label of a value. False when the line is of no use with it. */
function setLabel(
  line: string,
  keys: readonly string[],
  key: string,
  value: JsonValue,
  labels: LineLabels,
): boolean {
  const bare = keys.length === 0 ? labelName(key) : nestedLabelName([...keys, key]);
  if (bare === '' && keys.length === 0) return true;
  const name = labels.isTaken(bare) ? duplicateOf(keys, key, bare) : bare;
  if (!labels.hints.wants(name) || labels.hints.isExtracted(name)) return true;
  labels.set(name, textOf(line, value));
  return labels.hints.mayPass(name, labels);
}

function duplicateOf(keys: readonly string[], key: string, bare: string): string {
  return keys.length === 0 ? bare + duplicateSuffix : nestedLabelName([...keys, key + duplicateSuffix]);
}

function textOf(line: string, { type, from, to }: JsonValue): string {
  const text = line.slice(from, to);
  return type === 'string' ? jsonText(text) : text;
}

/** The text of a JSON string; "" when an escape is none. */
export function jsonText(raw: string): string {
  return withoutReplacement(unescapeJson(raw) ?? '');
}

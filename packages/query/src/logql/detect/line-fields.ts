import type { Labels } from '../../labels.ts';
import type { ResultEntry } from '../evaluate/log-evaluator.ts';
import { eachPair } from '../pipeline/json-scanner.ts';
import type { JsonProblem } from '../pipeline/json-scanner.ts';
import { jsonStage } from '../pipeline/json-stage.ts';
import { nestedLabelName } from '../pipeline/label-name.ts';
import { LineLabels } from '../pipeline/line-labels.ts';
import { logfmtStage } from '../pipeline/logfmt-stage.ts';
import { allLabels, duplicateSuffix, errorDetailsLabel, errorLabel } from '../pipeline/parser-hints.ts';
import { ParserHints, preserveErrorLabel } from '../pipeline/parser-hints.ts';
import { createStreamLabels } from '../pipeline/stream-labels.ts';
import type { LabelPair } from '../pipeline/stream-labels.ts';

/** The parser that a line gives its fields to. */
export type LineParser = 'json' | 'logfmt';

/** What a line has beside the labels of its stream. */
interface LineFields {
  readonly parser: LineParser;
  readonly fields: readonly LabelPair[];
}

/** Finds the fields of lines by trying parsers. */
export interface FieldReader {
  read(streamLabels: Labels, entry: ResultEntry): LineFields;
}

const errors: ReadonlySet<string> = new Set([errorLabel, errorDetailsLabel, preserveErrorLabel]);
/** Levels of nesting in which the way to a field is looked for. */
const MAX_DEPTH = 20;

/** A reader of the fields that the query itself has parsed and of those that `| json` or else `| logfmt` would. */
export function createFieldReader(): FieldReader {
  const labels = new LineLabels(createStreamLabels({}), new ParserHints(allLabels()));
  const json = jsonStage();
  const logfmt = logfmtStage({ strict: false, keepEmpty: false });

  function parse(stream: Labels, line: string): LineFields {
    const prepared = createStreamLabels(stream);
    labels.start(prepared, {});
    json.step(line, labels, 0n);
    if (labels.error === '') return { parser: 'json', fields: labels.parsedPairs() };
    labels.start(prepared, {});
    logfmt.step(line, labels, 0n);
    return { parser: 'logfmt', fields: labels.parsedPairs() };
  }

  return {
    read(streamLabels, { line, parsed = {} }) {
      const own = Object.entries(parsed).filter(([name]) => !errors.has(name));
      const stream =
        own.length === 0
          ? streamLabels
          : Object.fromEntries(Object.entries(streamLabels).filter(([name]) => !Object.hasOwn(parsed, name)));
      const { parser, fields } = parse(stream, line);
      return { parser, fields: [...own, ...fields.filter(([name]) => !errors.has(name))] };
    },
  };
}

/** Tells the keys that lead to a field of a JSON line, by the name of its label. The line is gone through once, for all. */
export function jsonKeysOf(line: string): (name: string) => readonly string[] | undefined {
  const found = new Map<string, readonly string[]>();
  collectKeys(line, 0, line.length, [], found);
  return (name) => found.get(name.endsWith(duplicateSuffix) ? name.slice(0, -duplicateSuffix.length) : name);
}

function collectKeys(
  line: string,
  from: number,
  to: number,
  outer: readonly string[],
  found: Map<string, readonly string[]>,
): JsonProblem | undefined {
  if (outer.length >= MAX_DEPTH) return undefined;
  return eachPair<JsonProblem>(line, from, to, (key, value) => {
    const keys = [...outer, key];
    if (value.type === 'object') return collectKeys(line, value.from, value.to, keys, found);
    const name = nestedLabelName(keys);
    if (!found.has(name)) found.set(name, keys);
    return undefined;
  });
}

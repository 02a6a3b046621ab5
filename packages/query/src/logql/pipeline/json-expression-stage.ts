import type { LabelExtraction } from '../syntax/ast.ts';
import { parseJsonPath } from './json-path.ts';
import { searchPaths } from './json-search.ts';
import { jsonText } from './json-stage.ts';
import type { LineLabels } from './line-labels.ts';
import { parserErrors } from './parse-errors.ts';
import { duplicateSuffix } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';
import { inStageError } from './stage-error.ts';

/** `| json a="b.c[0]"`: the values that the expressions lead to, and "" where one leads to none. */
export function jsonExpressionStage(extractions: readonly LabelExtraction[]): RunnableStage {
  const names = extractions.map(({ name }) => name);
  const paths = extractions.map(({ expression }) =>
    inStageError(() => parseJsonPath(expression), `cannot parse expression [${expression}]: `),
  );
  return {
    required: [],
    step(line, labels) {
      if (line === '' || labels.hints.wantsNothing()) return line;
      if (line[0] === '{' || line[0] === '[' || line[0] === '"') extract(line, names, paths, labels);
      else labels.fail(parserErrors.json, undefined);
      return line;
    },
  };
}

function extract(
  line: string,
  names: readonly string[],
  paths: readonly (readonly string[])[],
  labels: LineLabels,
): void {
  let matches = 0;
  searchPaths(line, paths, (index, value) => {
    if (typeof value === 'string') {
      labels.fail(parserErrors.json, value);
      return;
    }
    const name = names[index]!;
    const raw = line.slice(value.from, value.to);
    labels.set(labels.isTaken(name) ? name + duplicateSuffix : name, valueText(value.type, raw));
    matches += 1;
  });
  if (matches >= names.length) return;
  for (const name of names) if (labels.get(name) === undefined) labels.set(name, '');
}

function valueText(type: string, raw: string): string {
  if (type === 'null') return '';
  return type === 'object' ? raw : jsonText(raw);
}

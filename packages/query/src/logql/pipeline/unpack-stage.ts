import { eachPair, unescapeJson } from './json-scanner.ts';
import { jsonText } from './json-stage.ts';
import { labelName } from './label-name.ts';
import type { LineLabels } from './line-labels.ts';
import { parserErrors } from './parse-errors.ts';
import { duplicateSuffix } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';

/** The key that holds the line itself in one that was packed. */
const entryKey = '_entry';

/** `| unpack`: of a packed line, its labels, and as line what was packed. Other objects stay as they are. */
export function unpackStage(): RunnableStage {
  return {
    required: [],
    step(line, labels) {
      if (line === '' || labels.hints.wantsNothing()) return line;
      if (line[0] === '{') return unpack(line, labels);
      labels.fail(parserErrors.json, 'expecting json object(6), but it is not');
      return line;
    },
  };
}

function unpack(line: string, labels: LineLabels): string | undefined {
  let entry: string | undefined;
  const found: [string, string][] = [];
  const problem = eachPair(line, 0, line.length, (key, { type, from, to }) => {
    if (type !== 'string') return undefined;
    const raw = line.slice(from, to);
    if (key === entryKey) {
      entry = unescapeJson(raw);
      return entry === undefined ? 'Encountered an invalid escape sequence in a string' : undefined;
    }
    const name = labels.isTaken(key) ? key + duplicateSuffix : key;
    if (labels.hints.wants(name) && !labels.hints.isExtracted(name))
      found.push([labelName(name), jsonText(raw)]);
    return undefined;
  });
  if (problem !== undefined) {
    labels.fail(parserErrors.json, problem);
    return line;
  }
  if (entry === undefined) return line;
  for (const [name, value] of found) {
    labels.set(name, value);
    if (!labels.hints.mayPass(name, labels)) return undefined;
  }
  return entry;
}

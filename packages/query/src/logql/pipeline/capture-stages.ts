import { labelName } from './label-name.ts';
import type { LineLabels } from './line-labels.ts';
import { withoutReplacement } from './parse-errors.ts';
import { duplicateSuffix } from './parser-hints.ts';
import { parsePatternExpression, patternCaptures } from './pattern-expression.ts';
import { regexpCaptures } from './regexp-captures.ts';
import type { RunnableStage } from './stage.ts';

/** `| regexp "(?P<a>…)"`: each named group is a label; a line that does not fit goes on without. */
export function regexpStage(pattern: string): RunnableStage {
  const { expression, groups } = regexpCaptures(pattern);
  const names = groups.map(([name, group]): [string, number] => [labelName(name), group]);
  return {
    required: [],
    step(line, labels) {
      const found = expression.exec(line);
      if (found === null) return line;
      for (const [name, group] of names) {
        if (!setCapture(name, String(found[group] ?? ''), labels)) return undefined;
      }
      return line;
    },
  };
}

/** `| pattern "<a> - <b>"`: each named place is a label, as far as the line fits. */
export function patternStage(pattern: string): RunnableStage {
  const parts = parsePatternExpression(pattern);
  return {
    required: [],
    step(line, labels) {
      if (labels.hints.wantsNothing()) return line;
      for (const [name, value] of patternCaptures(parts, line))
        if (!setCapture(name, value, labels)) return undefined;
      return line;
    },
  };
}

/** False when the line is of no use with it. */
function setCapture(bare: string, value: string, labels: LineLabels): boolean {
  const name = labels.isTaken(bare) ? bare + duplicateSuffix : bare;
  if (!labels.hints.wants(name) || labels.hints.isExtracted(name)) return true;
  labels.set(name, withoutReplacement(value));
  return labels.hints.mayPass(name, labels);
}

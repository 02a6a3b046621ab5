import { labelName } from './label-name.ts';
import type { LineLabels } from './line-labels.ts';
import { LogfmtDecoder } from './logfmt-decoder.ts';
import { parserErrors, withoutReplacement } from './parse-errors.ts';
import { duplicateSuffix, errorLabel } from './parser-hints.ts';
import type { RunnableStage } from './stage.ts';

export interface LogfmtFlags {
  /** The first pair that is none ends the line, with an error; else it is passed over. */
  readonly strict: boolean;
  /** Labels without a value are kept. */
  readonly keepEmpty: boolean;
}

/** `| logfmt`: every `key=value` of the line is a label. */
export function logfmtStage({ strict, keepEmpty }: LogfmtFlags): RunnableStage {
  const decoder = new LogfmtDecoder();
  return {
    required: [],
    step(line, labels) {
      if (labels.hints.wantsNothing()) return line;
      decoder.start(line);
      while (!decoder.isAtEnd()) {
        if (!decoder.next()) {
          if (strict) break;
          continue;
        }
        if (!setLabel(decoder, labels, keepEmpty)) return undefined;
        if (labels.hints.hasAll()) break;
      }
      if (!strict || decoder.problem === undefined) return line;
      labels.fail(parserErrors.logfmt, decoder.problem);
      return labels.hints.mayPass(errorLabel, labels) ? line : undefined;
    },
  };
}

/** False when the line is of no use with the label that was read. */
function setLabel(decoder: LogfmtDecoder, labels: LineLabels, keepEmpty: boolean): boolean {
  const bare = labelName(decoder.key);
  if (bare === '') return true;
  const name = labels.isTaken(bare) ? bare + duplicateSuffix : bare;
  if (!labels.hints.wants(name) || labels.hints.isExtracted(name)) return true;
  const value = withoutReplacement(decoder.value);
  if (value === '' && !keepEmpty) return true;
  labels.set(name, value);
  return labels.hints.mayPass(name, labels);
}

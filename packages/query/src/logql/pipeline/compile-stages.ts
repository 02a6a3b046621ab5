import { QueryError } from '../../query-error.ts';
import { rewrapError } from '../../rewrap-error.ts';
import { parseError } from '../parse-error.ts';
import type { Stage } from '../syntax/ast.ts';
import { formatStage } from '../syntax/format-stage.ts';
import { patternStage, regexpStage } from './capture-stages.ts';
import { dropStage, keepStage } from './choose-stages.ts';
import { decolorizeStage } from './decolorize-stage.ts';
import { labelFormatStage, lineFormatStage } from './format-stages.ts';
import { jsonExpressionStage } from './json-expression-stage.ts';
import { jsonStage } from './json-stage.ts';
import { labelFilterStage } from './label-filter.ts';
import { lineFilterStage } from './line-filter-stage.ts';
import { logfmtExpressionStage } from './logfmt-expression-stage.ts';
import { logfmtStage } from './logfmt-stage.ts';
import { reorderStages } from './reorder-stages.ts';
import { bareMessage } from './stage-error.ts';
import type { RunnableStage } from './stage.ts';
import { unpackStage } from './unpack-stage.ts';

/**
 * Makes stages ready to run, in the order in which Loki runs them. What does nothing is left out.
 *
 * @throws {QueryError} `bad_data`, naming the stage that cannot work
 */
export function compileStages(stages: readonly Stage[]): readonly RunnableStage[] {
  return reorderStages(stages)
    .map((stage) => compiled(stage))
    .filter((stage) => stage !== undefined);
}

function compiled(stage: Stage): RunnableStage | undefined {
  return rewrapError(
    QueryError,
    () => compile(stage),
    (error) => {
      throw parseError(`stage '${formatStage(stage)}' : ${bareMessage(error)}`);
    },
  );
}

function compile(stage: Stage): RunnableStage | undefined {
  switch (stage.type) {
    case 'line-filters': {
      return lineFilterStage(stage.filters);
    }
    case 'json': {
      return stage.extractions.length === 0 ? jsonStage() : jsonExpressionStage(stage.extractions);
    }
    case 'logfmt': {
      return stage.extractions.length === 0
        ? logfmtStage(stage)
        : logfmtExpressionStage(stage.extractions, stage.strict);
    }
    case 'regexp': {
      return regexpStage(stage.pattern);
    }
    case 'pattern': {
      return patternStage(stage.pattern);
    }
    case 'unpack': {
      return unpackStage();
    }
    case 'decolorize': {
      return decolorizeStage();
    }
    case 'label-filter': {
      return labelFilterStage(stage.filter);
    }
    case 'line-format': {
      return lineFormatStage(stage.template);
    }
    case 'label-format': {
      return labelFormatStage(stage.formats);
    }
    case 'drop': {
      return dropStage(stage.labels);
    }
    default: {
      return keepStage(stage.labels);
    }
  }
}

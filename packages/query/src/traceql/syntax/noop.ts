import type { Pipeline, PipelineStage } from './ast.ts';
import { referencesSpan } from './fold.ts';

/** Whether a pipeline can be seen to leave nothing, as `{ false }` does. */
export function isNoop({ stages }: Pipeline): boolean {
  return stages.every((stage) =>
    stage.kind === 'spanset-operation' ? isNever(stage.left) && isNever(stage.right) : isNever(stage),
  );
}

function isNever(stage: PipelineStage): boolean {
  if (stage.kind !== 'filter' || referencesSpan(stage.expression)) return false;
  const { expression } = stage;
  return expression.kind === 'static' && expression.value.type === 'boolean' && !expression.value.value;
}

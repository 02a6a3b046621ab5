import type { LineFilter, Stage } from '../syntax/ast.ts';

/**
 * Line filters before the stages that leave the line alone, as Loki does it; not before a label filter, nor before
 * `line_format` and `unpack`, which change the line. `decolorize` changes it too, and Loki filters before it all the same.
 */
export function reorderStages(stages: readonly Stage[]): readonly Stage[] {
  const result: Stage[] = [];
  let filters: LineFilter[] = [];
  let others: Stage[] = [];
  const flush = (): void => {
    if (filters.length > 0) result.push({ type: 'line-filters', filters });
    result.push(...others);
    filters = [];
    others = [];
  };
  for (const stage of stages) {
    if (stage.type === 'line-filters') {
      filters.push(...stage.filters);
    } else if (stage.type === 'label-filter') {
      flush();
      result.push(stage);
    } else {
      others.push(stage);
      if (stage.type === 'line-format' || stage.type === 'unpack') flush();
    }
  }
  flush();
  return result;
}

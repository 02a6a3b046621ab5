import type { LineLabels } from './line-labels.ts';

/**
 * One step of a pipeline.
 *
 * @returns the line, maybe another one; undefined when it goes no further
 */
type LineStep = (line: string, labels: LineLabels, timeNs: bigint) => string | undefined;

/** A stage that is ready to run. */
export interface RunnableStage {
  readonly step: LineStep;
  /** Labels without which it cannot do its work. */
  readonly required: readonly string[];
  /** Set by filters of one label: parsers ask them early. */
  readonly filter?: { readonly name: string; readonly test: (labels: LineLabels) => boolean };
}

import type { LogLine } from '../../../api/loki.ts';
import type { Exemplar } from '../../../api/prometheus.ts';
import type { CallGraph } from '../model/call-graph.ts';
import type { Frame } from '../model/frame.ts';
import type { GivenSeries } from '../model/series-frames.ts';

/** What the queries of a panel gave. */
export interface PanelData {
  readonly frames: readonly Frame[];
  /** As the server gave them, for what needs more than a table: buckets of a heatmap. */
  readonly buckets: readonly GivenSeries[];
  readonly lines: readonly LogLine[];
  readonly exemplars: readonly Exemplar[];
  readonly calls: CallGraph | undefined;
  /** Of queries that failed while others did not. */
  readonly problems: readonly string[];
  /** What was asked for [ms since 1970], and the time between two points [ms]. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

type AnswerKey = 'frames' | 'buckets' | 'lines' | 'exemplars' | 'calls';

/** What one query gave. */
export type Answer = { readonly [Key in AnswerKey]?: PanelData[Key] | undefined };

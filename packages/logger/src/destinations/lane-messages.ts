import type { SinkProblem } from './sink.ts';

/** What the thread is told when it starts. */
export interface LaneStart {
  /** URL of the module that exports the sink's factory. */
  readonly module: string;
  readonly factory: string;
  readonly options: unknown;
  readonly memory: SharedArrayBuffer;
}

/** To the thread: lines as plain text, for that is what costs least, or one of these. */
export type LaneRequest =
  | string
  | { readonly type: 'flush'; readonly id: number }
  | { readonly type: 'close'; readonly deadlineMs: number };

/** From the thread. Nothing per batch: acknowledgements go through shared memory. */
export type LaneReply =
  | { readonly type: 'up' }
  | { readonly type: 'flushed'; readonly id: number }
  | { readonly type: 'closed' }
  | { readonly type: 'problem'; readonly problem: SinkProblem };

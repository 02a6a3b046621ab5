import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { TraceSearchResult } from '@sightline/query/traceql';
import type { ReceiverStatus } from '../alerting/alertmanager-config.ts';
import type { Delivery, Listener } from '../alerting/notifier.ts';
import type { ScrapeJob } from '../ingest/scrape/read-targets.ts';
import type { TargetState } from '../ingest/scrape/scrape-manager.ts';
import type { Self } from './self.ts';
import type { Run } from './runs.ts';

/** One series of an answer. */
export interface QueriedSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
}

/** One log line of an answer. */
export interface QueriedLine {
  /** Those of its stream, its structured metadata and what the query parsed. */
  readonly labels: Labels;
  readonly line: string;
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
}

/** An alert that fires. */
export interface FiringAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Since 1970 [ms]. */
  readonly startsAtMs: number;
  /** Whether it is told nobody, because it is silenced or follows from another. */
  readonly suppressed: boolean;
}

export interface WaitOptions {
  /** Longest wait [ms]. Default 30,000. */
  readonly timeoutMs?: number;
  /** Says in the error what was waited for. */
  readonly what?: string;
}

/** The embedded stack, running. */
export interface LocalStack {
  /** `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly port: number;
  /** Evaluates PromQL at one time, now unless told otherwise; a scalar is one sample without labels. */
  promql(query: string, options?: { readonly timeMs?: number }): Promise<readonly QueriedSample[]>;
  /** Log lines that LogQL finds, the newest first, of the last hour unless told otherwise. */
  logs(
    query: string,
    options?: { readonly sinceMs?: number; readonly limit?: number },
  ): Promise<readonly QueriedLine[]>;
  /** Traces that TraceQL finds, the newest first. */
  traces(query: string, options?: { readonly limit?: number }): Promise<readonly TraceSearchResult[]>;
  alerts(): readonly FiringAlert[];
  /** What receivers were told, the newest first. */
  notifications(): readonly Delivery[];
  /** Of the `alertmanager.yml`, and which of their integrations are delivered to from here. */
  receivers(): readonly ReceiverStatus[];
  /** Hears of each notification that has arrived, from now on. @returns ends it */
  onNotification(listener: Listener): () => void;
  targets(): readonly TargetState[];
  runs(): readonly Run[];
  self(): Self;
  /** Scrapes one more target from the next round on. */
  scrape(job: ScrapeJob): void;
  /** Scrapes every target, then evaluates every rule, once, now. */
  round(): Promise<void>;
  /**
   * Waits until a condition holds, looking again whenever something has come in or was evaluated.
   *
   * @returns what the condition returned, once that is neither undefined, false nor an empty list
   * @throws {SightlineError} `SIGHTLINE_LOCAL_WAIT` when it does not hold in time, with what it returned or threw last
   */
  waitFor<Value>(
    condition: (stack: LocalStack) => Value | Promise<Value>,
    options?: WaitOptions,
  ): Promise<Value>;
  /** Ends everything: timers, connections, files. */
  close(): Promise<void>;
}

import type { Labels } from '@sightline/query';
import type { LogEntry } from '@sightline/query/logql';

/** Takes what any of the ways in delivers. */
export interface LogSink {
  /** @param labels of the stream; the same object for lines that follow one another is looked up once */
  entry(labels: Labels, entry: LogEntry): void;
}

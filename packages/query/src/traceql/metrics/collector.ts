import type { SpanView } from '../fetch/span-view.ts';
import type { Budget } from '../run/budget.ts';
import type { Intervals } from './interval.ts';
import type { SeriesSet, SpanExemplar } from './series.ts';

/** Turns the spans that a pipeline leaves into series. */
export interface SpanCollector {
  /** @param weight how many spans stand behind this one */
  observe(view: SpanView, step: number, weight: number): void;
  /** Keeps a span as one that stands for others. */
  exemplar(view: SpanView, exemplar: Omit<SpanExemplar, 'value'>): void;
  result(): SeriesSet;
}

/** What a collector is made for. */
export interface CollectorContext {
  readonly intervals: Intervals;
  readonly budget: Budget;
}

import type { FamilyDefinition, MetricSink } from '@sightline/resilience';

/** Cells as the registry of the metrics package has them: a method of a class, a linear search, and an exemplar. */
class Cell {
  value = 0;
  sum = 0;
  readonly counts: Float64Array;
  readonly boundaries: readonly number[];
  exemplar = { traceId: '', spanId: '', value: 0, timeMs: 0 };

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries;
    this.counts = new Float64Array(boundaries.length + 1);
  }

  add(amount: number): void {
    this.value += amount;
  }

  set(value: number): void {
    this.value = value;
  }

  observe(value: number, trace?: { readonly traceId: string; readonly spanId: string }): void {
    const { boundaries } = this;
    let at = 0;
    while (at < boundaries.length && value > (boundaries[at] ?? 0)) at++;
    this.counts[at] = (this.counts[at] ?? 0) + 1;
    this.sum += value;
    if (trace === undefined) return;
    const { exemplar } = this;
    exemplar.traceId = trace.traceId;
    exemplar.spanId = trace.spanId;
    exemplar.value = value;
    exemplar.timeMs = Date.now();
  }
}

function family({ boundaries = [] }: FamilyDefinition) {
  return { series: () => new Cell(boundaries), remove() {} };
}

export const cellSink: MetricSink = {
  counter: family,
  gauge: family,
  histogram: family,
  onCollect: () => () => {},
};

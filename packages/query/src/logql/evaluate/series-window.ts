import type { Window } from './range-functions.ts';
import type { Series } from './series-table.ts';

/** Samples that have left before the lists are cut. */
const maxIdle = 1024;

/** The samples of one series that are in the window now. A class: a sample costs one call of it. */
export class SeriesWindow implements Window {
  readonly series: Series;
  readonly timesNs: number[] = [];
  readonly values: number[] = [];
  from = 0;
  sum = 0;

  constructor(series: Series) {
    this.series = series;
  }

  get to(): number {
    return this.timesNs.length;
  }

  add(timeNs: number, value: number): void {
    this.timesNs.push(timeNs);
    this.values.push(value);
    this.sum += value;
  }

  /** Drops what is at or before a time; returns how many samples that were. */
  dropUntil(timeNs: number): number {
    const before = this.from;
    while (this.from < this.timesNs.length && this.timesNs[this.from]! <= timeNs) {
      this.sum -= this.values[this.from]!;
      this.from += 1;
    }
    const gone = this.from - before;
    if (this.from > maxIdle && this.from * 2 > this.timesNs.length) {
      this.timesNs.splice(0, this.from);
      this.values.splice(0, this.from);
      this.from = 0;
    }
    return gone;
  }

  isEmpty(): boolean {
    return this.from === this.timesNs.length;
  }
}

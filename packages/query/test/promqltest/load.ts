import type { Labels } from '../../src/labels.ts';
import { createHistogram, detectReset, type FloatHistogram } from '../../src/promql/histogram/index.ts';
import { createMemorySeries, type MemorySeries } from '../../src/promql/memory-series.ts';
import { readSeriesLine } from '../../src/promql/rules/series-notation.ts';
import { durationMs } from '../../src/promql/syntax/duration.ts';
import { customBoundsSeries } from './custom-bounds.ts';
import type { Load } from './script.ts';

/** One sample of a series of a script. */
export interface Sample {
  readonly timeMs: number;
  /** Undefined at the end of the series. */
  readonly value: number | FloatHistogram | undefined;
  readonly startMs: number;
}

export interface LoadedSeries {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

/** Series of a script, which several loads may add to. */
export interface ScriptStorage {
  readonly source: MemorySeries;
  load(command: Load): void;
  clear(): void;
}

export function createScriptStorage(): ScriptStorage {
  const source = createMemorySeries();
  return {
    source,
    clear: () => source.clear(),
    load(command) {
      const series = readLoad(command);
      for (const one of series) append(source, one);
      if (command.withCustomBounds) for (const one of customBoundsSeries(series)) append(source, one);
    },
  };
}

function readLoad({ series, stepMs }: Load): readonly LoadedSeries[] {
  const result: LoadedSeries[] = [];
  let starts: readonly (number | undefined)[] = [];
  for (const line of series) {
    const start = /^(\S+)@st\s+(.*)$/.exec(line);
    if (start !== null) {
      starts = (start[2] ?? '').split(/\s+/).flatMap(readStarts);
      continue;
    }
    const { labels, values } = readSeriesLine(line);
    const samples = values.flatMap((value, at): Sample[] => {
      if (value === 'none') return [];
      const timeMs = at * stepMs;
      const offsetMs = starts[at];
      const sample = typeof value === 'object' ? value.histogram : value === 'stale' ? undefined : value;
      return [{ timeMs, value: sample, startMs: offsetMs === undefined ? 0 : timeMs + offsetMs }];
    });
    result.push({ labels, samples });
    starts = [];
  }
  return result;
}

/** `-1m`, `-1m+15sx3`, `_x2`: how long before each sample its series began [ms]. */
function readStarts(item: string): readonly (number | undefined)[] {
  const blank = /^_(?:x(\d+))?$/.exec(item);
  if (blank !== null) return Array.from({ length: Number(blank[1] ?? 1) }, () => undefined);
  const [, first = '', change, times] = /^([+-]?\d+[a-wyz]*)([+-]\d+[a-wyz]*)?(?:x(\d+))?$/.exec(item) ?? [];
  return Array.from(
    { length: Number(times ?? 0) + 1 },
    (_, at) => signedMs(first) + at * (change === undefined ? 0 : signedMs(change)),
  );
}

function signedMs(text: string): number {
  const value = durationMs(text.replace(/^[+-]/, '')) ?? Number.NaN;
  return text.startsWith('-') ? -value : value;
}

function append(source: MemorySeries, { labels, samples }: LoadedSeries): void {
  let before: FloatHistogram | undefined;
  for (const { timeMs, value, startMs } of samples) {
    if (value === undefined) source.appendStale(labels, timeMs);
    else if (typeof value === 'number') source.append(labels, timeMs, value, startMs);
    else source.append(labels, timeMs, { ...value, counterReset: storedReset(value, before) }, startMs);
    before = typeof value === 'object' ? value : undefined;
  }
}

/** What Prometheus's storage, which looks at the sample before, makes of what a histogram says of resets. */
function storedReset(
  histogram: FloatHistogram,
  before: FloatHistogram | undefined,
): FloatHistogram['counterReset'] {
  if (histogram.counterReset === 'gauge' || histogram.counterReset === 'reset') return histogram.counterReset;
  if (before === undefined || before.counterReset === 'gauge') return 'unknown';
  const sameLayout =
    histogram.schema === before.schema &&
    histogram.zeroThreshold === before.zeroThreshold &&
    histogram.customValues.join() === before.customValues.join();
  // A reset that was found begins a new chunk, whose first sample says nothing.
  if (!sameLayout) return 'unknown';
  return detectReset(createHistogram({ ...histogram, counterReset: 'unknown' }), before)
    ? 'unknown'
    : 'not-reset';
}

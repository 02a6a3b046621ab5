import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogqlEngine } from '../engine.ts';
import type { LogEntry, LogSource } from '../log-source.ts';

interface Line {
  readonly stream: string;
  /** [ms] */
  readonly time: number;
  readonly value: number;
}

const lineArbitrary = fc.record({
  stream: fc.constantFrom('a', 'b', 'c'),
  time: fc.integer({ min: 0, max: 500 }),
  value: fc.integer({ min: -5, max: 50 }),
});

const msNs = 1_000_000n;

/** Streams in batches of any size. */
function sourceOf(lines: readonly Line[], batchSize: number): LogSource {
  return {
    *select({ fromNs, toNs }) {
      for (const stream of ['a', 'b', 'c']) {
        const entries = lines
          .filter((line) => line.stream === stream)
          .toSorted((left, right) => left.time - right.time)
          .map(({ time, value }): LogEntry => ({
            timeNs: BigInt(time) * msNs,
            line: `v=${value}`,
            metadata: {},
          }))
          .filter(({ timeNs }) => timeNs >= fromNs && timeNs < toNs);
        const batches: LogEntry[][] = [];
        for (let at = 0; at < entries.length; at += batchSize)
          batches.push(entries.slice(at, at + batchSize));
        yield { labels: { stream }, batches };
      }
    },
  };
}

describe('rangeEvaluator', () => {
  it('gives at every step what the lines of its window come to, whatever slides in and out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lineArbitrary, { maxLength: 60 }),
        fc.record({
          batchSize: fc.integer({ min: 1, max: 7 }),
          rangeMs: fc.integer({ min: 1, max: 120 }),
          stepMs: fc.integer({ min: 1, max: 60 }),
          offsetMs: fc.integer({ min: 0, max: 40 }),
          startMs: fc.integer({ min: 0, max: 200 }),
        }),
        async (lines, { batchSize, rangeMs, stepMs, offsetMs, startMs }) => {
          const engine = createLogqlEngine({ source: sourceOf(lines, batchSize) });
          const window = `[${rangeMs}ms] offset ${offsetMs}ms`;
          const range = {
            startNs: BigInt(startMs) * msNs,
            endNs: 600n * msNs,
            stepNs: BigInt(stepMs) * msNs,
          };
          const query = `sum by (stream) (sum_over_time({stream=~".+"} | logfmt | unwrap v ${window}))`;
          const [sums, counts] = await Promise.all([
            engine.range(query, range),
            engine.range(`count_over_time({stream=~".+"} ${window})`, range),
          ]);
          const expected = (of: (inside: readonly Line[]) => number): Record<string, number> => {
            const values: Record<string, number> = {};
            for (let step = startMs; step <= 600; step += stepMs) {
              const end = step - offsetMs;
              for (const stream of ['a', 'b', 'c']) {
                const inside = lines.filter(
                  (line) => line.stream === stream && line.time > end - rangeMs && line.time <= end,
                );
                if (inside.length > 0) values[`${stream}@${step}`] = of(inside);
              }
            }
            return values;
          };
          const actual = (result: typeof sums): Record<string, number> =>
            Object.fromEntries(
              (result.type === 'matrix' ? result.matrix : []).flatMap(({ labels, timesMs, values }) =>
                Array.from(
                  timesMs,
                  (timeMs, at) => [`${labels['stream']}@${timeMs}`, values[at] ?? Number.NaN] as const,
                ),
              ),
            );
          expect(actual(counts)).toEqual(expected((inside) => inside.length));
          expect(actual(sums)).toEqual(
            expected((inside) => inside.reduce((sum, { value }) => sum + value, 0)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads lines of many streams in the order of time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lineArbitrary, { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const source = sourceOf(lines, size);
          const engine = createLogqlEngine({ source });
          const result = await engine.range('{stream=~".+"} | drop stream', {
            startNs: 0n,
            endNs: 1000n * msNs,
            limit: 100,
            direction: 'forward',
          });
          const entries = result.type === 'streams' ? result.streams.flatMap((stream) => stream.entries) : [];
          const times = entries.map(({ timeNs }) => Number(timeNs / msNs));
          expect(times).toEqual(lines.map(({ time }) => time).toSorted((left, right) => left - right));
        },
      ),
      { numRuns: 60 },
    );
  });
});

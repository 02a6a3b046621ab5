/* oxlint-disable no-await-in-loop -- one query after the other */
import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPromqlEngine, formatExpression, parsePromql } from '../../src/promql/index.ts';
import { atTheEnd, corpusAnswers, endMs, rounded, summary } from './corpus-answers.ts';
import { corpusSource } from './corpus-data.ts';
import { corpusQueries } from './queries.ts';

/** What is answered; `SIGHTLINE_PROMQL_RECORD=true` writes it anew, and each line that changes wants a look. */
const expectationsFile = new URL('expectations.json', import.meta.url);

/** Of the query as a whole, not of a step; and what has no steps. */
const unlikeAtOnce = /\b(start|end|step|range)\(\)|\](?: anchored| smoothed)?$|^"/;

/** An expression without where it stands in the text, how its numbers are written, and the order of its matchers. */
function meaning(expression: unknown): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'position' || key === 'isDuration') return undefined;
    return key === 'matchers' && Array.isArray(value)
      ? value.map((each) => JSON.stringify(each)).toSorted()
      : value;
  });
}

describe('createPromqlEngine', () => {
  const engine = createPromqlEngine({ source: corpusSource(), delayedNameRemoval: true });

  it('answers every query that is written down the same, and at each step as it does at once', async () => {
    const answers: Record<string, string> = {};
    const unlike: string[] = [];
    for (const query of corpusQueries) {
      const { instant, range } = await corpusAnswers(engine, query);
      answers[query] = `${summary(instant)} | ${summary(range)}`;
      const atOnce = instant
        .filter((each) => / @\d/.test(each))
        .map((each) => rounded(each.replace(/^scalar/, '[]')));
      const same = atOnce.join('\n') === atTheEnd(range).join('\n');
      if (!same && !unlikeAtOnce.test(query)) unlike.push(query);
    }
    expect(unlike).toEqual([]);
    if (process.env['SIGHTLINE_PROMQL_RECORD'] === 'true')
      writeFileSync(expectationsFile, `${JSON.stringify(answers, undefined, 2)}\n`);
    const expected = JSON.parse(readFileSync(expectationsFile, 'utf8')) as Readonly<Record<string, string>>;
    const changed = corpusQueries.filter((query) => answers[query] !== expected[query]);
    expect(changed.map((query) => [query, expected[query], answers[query]])).toEqual([]);
    expect(Object.keys(expected)).toHaveLength(corpusQueries.length);
  }, 120_000);
});

/** For ten thousand steps: each goes on for longer than a thread may be kept from others. */
const longQueries: readonly string[] = [
  'sum by (job) (up)',
  'count_values("value", limit)',
  'limit_ratio(0.5, up)',
  'up * on (job, instance) memory_bytes',
  'up + on (job, instance) fill (0) memory_bytes{instance="a:1"}',
  'quantile(0.5, up)',
  'up * 2',
  'topk(2, up)',
  'up and memory_bytes',
  'up{job="api"} or memory_bytes',
  'limit smoothed',
  'rate(limit[1m])',
  'histogram_count(latency{job="api"})',
  'histogram_quantile(0.9, duration_seconds_bucket{route="/cart",job="api"})',
  'info(limit)',
  'label_replace(up, "host", "$1", "instance", "(.*)")',
  'abs(-limit)',
  'max_over_time(limit[1m:20s])',
  'sort(limit)',
];

describe('createPromqlEngine with other settings', () => {
  const source = corpusSource();
  /** Those that a setting may change the answer of. */
  const settings = [
    {
      title: 'start times',
      options: { startTimestamps: true },
      asks: /^(i?rate|i?delta|increase|resets|changes|start_timestamp)\(/,
    },
    {
      title: 'the ranges of Prometheus 2',
      options: { compatibility: 2 as const },
      asks: /^(rate|sum_over_time|topk|limitk)\b|\[5m/,
    },
    { title: 'types in labels', options: { typeAndUnitLabels: true }, asks: /^(rate|irate|sum|avg)\b/ },
    {
      title: 'names that go at once',
      options: { delayedNameRemoval: false },
      asks: /^(rate|abs|label_|-[a-z]|sum_over|info)/,
    },
  ];

  it.each(settings)('answers at each step as it does at once: $title', async ({ options, asks }) => {
    const engine = createPromqlEngine({ source, delayedNameRemoval: true, ...options });
    const unlike: string[] = [];
    let asked = 0;
    for (const query of corpusQueries.filter((each) => asks.test(each) && !unlikeAtOnce.test(each))) {
      asked += 1;
      const { instant, range } = await corpusAnswers(engine, query);
      const atOnce = instant.filter((each) => / @\d/.test(each)).map(rounded);
      if (!range[0]?.startsWith('error') && atOnce.join('\n') !== atTheEnd(range).join('\n'))
        unlike.push(query);
    }
    expect(asked).toBeGreaterThan(20);
    expect(unlike).toEqual([]);
  });
});

describe('createPromqlEngine on a busy thread', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('answers the same when it lets others work at every chance that it has', async () => {
    const engine = createPromqlEngine({
      source: corpusSource(),
      delayedNameRemoval: true,
      limits: { timeoutMs: 2_000_000_000, maxSamples: 1_000_000_000 },
    });
    const times = { startMs: endMs - 1_800_000, endMs, stepMs: 180 };
    let stands = true;
    let nowMs = 0;
    // Time that stands still asks for no pause, and time that flies asks for one at each look.
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += stands ? 0 : 20));
    for (const query of longQueries) {
      stands = true;
      const calm = await engine.range(query, times);
      stands = false;
      const busy = await engine.range(query, times);
      expect([query, isDeepStrictEqual(busy, calm)]).toEqual([query, true]);
    }
  }, 60_000);
});

describe('formatExpression', () => {
  const parsed = corpusQueries.flatMap((query) => {
    try {
      return [[query, parsePromql(query)] as const];
    } catch {
      return [];
    }
  });

  it('writes every query that is written down so that it means the same', () => {
    const unlike = parsed.flatMap(([query, expression]) => {
      const text = formatExpression(expression);
      const again = parsePromql(text);
      return meaning(again) === meaning(expression) && formatExpression(again) === text
        ? []
        : [[query, text]];
    });
    expect(unlike).toEqual([]);
  });
});

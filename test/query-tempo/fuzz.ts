import { createMemoryTraces, queryTraceMetrics, searchTraces, tagNames } from '@sightline/query/traceql';
import { QueryError } from '@sightline/query';
import { metricsQueries, searchQueries, wrongQueries } from '../../packages/query/test/traceql/queries.ts';
import { createRandom, sampleSpans } from '../../packages/query/test/traceql/sample.ts';

export interface FuzzResult {
  /** Queries that ran, and those that ended with an error that says why. */
  readonly answered: number;
  readonly refused: number;
  /** Longest time of one [ms]. */
  readonly slowestMs: number;
  readonly slowest: string;
  /** What ended in any other way. */
  readonly crashes: readonly string[];
}

const corpus = [...searchQueries, ...metricsQueries, ...wrongQueries];
const pieces = [
  ...'{ } ( ) | || && ! ~ >> << &>> !< =~ " ` \' \\ . , - ^'.split(' '),
  ...'nil true by( count() rate() coalesce() select( compare({ span." event: minInt'.split(' '),
  ...'0x1f 1e999 .5 99999999999999999999 1h 2y 1_0 \u0000 \u{1f680} \ud800 (?P<a>x) ((a+)+)+$'.split(' '),
  'with (',
];

/** Runs queries that are written ones with mistakes in them; `progress` hears of every hundred thousand. */
export async function fuzz(
  count: number,
  seed: number,
  progress: (done: number) => void = () => {},
): Promise<FuzzResult> {
  const random = createRandom(seed);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]): T => items[upTo(items.length)] as T;
  const baseSeconds = 1_790_000_400;
  const traces = createMemoryTraces();
  traces.add(sampleSpans({ seed: 3, traces: 4, baseSeconds }));
  const startNs = BigInt(baseSeconds) * 1_000_000_000n;
  const range = { startNs, endNs: startNs + 600_000_000_000n, stepNs: 60_000_000_000n };

  const mutations: readonly ((text: string) => string)[] = [
    (text) => cut(text, upTo(text.length), 1 + upTo(6)),
    (text) => put(text, upTo(text.length + 1), pick(pieces)),
    (text) => put(text, upTo(text.length + 1), String.fromCodePoint(upTo(0x250))),
    (text) => put(text, upTo(text.length + 1), part(pick(corpus))),
    (text) => text.slice(0, upTo(text.length)) + part(pick(corpus)),
    (text) => put(text, upTo(text.length + 1), part(text).repeat(1 + upTo(20))),
    (text) => `${'('.repeat(upTo(300))}${text}`,
    (text) =>
      `{ ${Array.from({ length: 1 + upTo(400) }, () => '.a = 1').join(pick([' && ', ' || ', ' + ']))} } ${text}`,
  ];
  // The last two make long texts: seldom, or nothing else is tried.
  const weights = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7];

  function part(text: string): string {
    const from = upTo(text.length);
    return text.slice(from, from + 1 + upTo(24));
  }

  function mutated(): string {
    let text = pick(corpus);
    for (let times = 1 + upTo(4); times > 0; times -= 1)
      text = (mutations[pick(weights)] as (text: string) => string)(text);
    return text;
  }

  let [answered, refused, slowestMs, slowest] = [0, 0, 0, ''];
  const crashes: string[] = [];
  for (let done = 1; done <= count; done += 1) {
    const query = mutated();
    const beganMs = performance.now();
    try {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      await run(query, done % 8);
      answered += 1;
    } catch (error) {
      if (error instanceof QueryError) refused += 1;
      else crashes.push(`${JSON.stringify(query)}: ${String(error)}`);
    }
    const tookMs = performance.now() - beganMs;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, query];
    if (done % 100_000 === 0) progress(done);
  }
  return { answered, refused, slowestMs, slowest, crashes };

  async function run(query: string, way: number): Promise<void> {
    if (way === 0) await tagNames(traces, { query });
    else if (/rate|_over_time|compare/.test(query)) await queryTraceMetrics(traces, query, range);
    else await searchTraces(traces, query);
  }
}

const cut = (text: string, from: number, length: number): string =>
  text.slice(0, from) + text.slice(from + length);
const put = (text: string, at: number, piece: string): string => text.slice(0, at) + piece + text.slice(at);

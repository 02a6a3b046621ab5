/* oxlint-disable no-await-in-loop -- one question after the other */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Span } from '@sightline/query/traceql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dimensions, ourGenerated, ours, summary } from '../packages/query/test/traceql/answers.ts';
import type { Answerer } from '../packages/query/test/traceql/answers.ts';
import { normalSamples, sameLine } from '../packages/query/test/traceql/normal-form.ts';
import { generated, isMetric, questions } from '../packages/query/test/traceql/queries.ts';
import { requestOrder } from '../packages/query/test/traceql/request-order.ts';
import {
  baseGridSeconds,
  createRandom,
  sample,
  sampleBaseSeconds,
  sampleSpans,
} from '../packages/query/test/traceql/sample.ts';
import { fuzz } from './query-tempo/fuzz.ts';
import { createQueryMaker } from './query-tempo/generate.ts';
import { otlpJson } from './query-tempo/otlp-json.ts';
import { teamQueries } from './query-tempo/team-queries.ts';
import { tempos } from './query-tempo/tempos.ts';
import { debianProgram } from './servers/debian.ts';
import { startPrometheus } from './servers/prometheus.ts';
import type { Prometheus } from './servers/prometheus.ts';
import { findTempo, startTempo } from './servers/tempo.ts';
import type { Tempo } from './servers/tempo.ts';

/** Answers of real Tempo, by how and what was asked; written anew with `SIGHTLINE_TEMPO_RECORD=true`. */
const expectationsFile = new URL('../packages/query/test/traceql/expectations.json', import.meta.url);
const expectations = (): Record<string, string> =>
  JSON.parse(readFileSync(expectationsFile, 'utf8')) as Record<string, string>;

/** Every answer that is kept. */
const written = new Set([...questions.map(([kind, query]) => `${kind}: ${query}`), generated]);

describe('TraceQL of dashboards, alerts and runbooks', () => {
  const answer = ours(
    requestOrder(sampleSpans({ ...sample, baseSeconds: sampleBaseSeconds })),
    sampleBaseSeconds,
  );

  it('runs every query', async () => {
    const wrong: string[] = [];
    const queries = teamQueries();
    expect(queries.length).toBeGreaterThan(10);
    for (const query of queries) {
      const [first = ''] = await answer(isMetric(query) ? 'range of 60s' : 'search', query);
      if (first.startsWith('error')) wrong.push(`${query}: ${first}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('TraceQL beside a Tempo', () => {
  const found = findTempo();
  const missing = 'missing' in found ? found.missing : '';
  const queryCount = process.env['SIGHTLINE_LONG_TESTS'] === 'true' ? 2_000 : 200;
  let tempo: Tempo | undefined;
  let prometheus: Prometheus | undefined;
  let prometheusMissing = '';
  let sent: readonly Span[] = [];
  let own: Answerer;
  let theirs: Answerer;

  beforeAll(async () => {
    if ('missing' in found) {
      process.stdout.write(`skipped: ${found.missing}\n`);
      return;
    }
    const program = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
    if ('path' in program) {
      prometheus = await startPrometheus({
        path: program.path,
        jobs: {},
        flags: ['--web.enable-remote-write-receiver'],
      });
    } else prometheusMissing = program.missing;
    const remoteWriteUrl = prometheus === undefined ? undefined : `${prometheus.url}/api/v1/write`;
    tempo = await startTempo(found.path, { remoteWriteUrl, dimensions });
    // Old enough to be over, and young enough to be asked of what is new.
    const startSeconds = Math.floor(Date.now() / 1_000) - 720;
    const baseSeconds = startSeconds - (startSeconds % baseGridSeconds);
    const spans = sampleSpans({ ...sample, baseSeconds });
    sent = requestOrder(spans);
    own = ours(sent, baseSeconds);
    theirs = tempos(tempo, baseSeconds);
    await tempo.push(otlpJson(spans));
    const all = summary(await own('search', '{}'));
    // It shows spans once it has put them away.
    for (let tries = 0; tries < 200 && summary(await theirs('search', '{}')) !== all; tries += 1)
      await delay(100);
    if (summary(await theirs('search', '{}')) !== all)
      throw new Error('Tempo does not show what it was sent');
  }, 90_000);

  afterAll(() => Promise.all([tempo?.stop(), prometheus?.stop()]));

  it('answers every question that is written down the same', { timeout: 120_000 }, async (ctx) => {
    if (missing !== '') ctx.skip(missing);
    const recorded: Record<string, string> = {};
    const wrong: string[] = [];
    for (const [kind, query] of questions) {
      const answer = await theirs(kind, query);
      recorded[`${kind}: ${query}`] = summary(answer);
      const difference = firstDifference(answer, await own(kind, query));
      if (difference !== undefined) wrong.push(`${kind}: ${query}\n  ${difference}`);
    }
    record(recorded);
    expect(wrong).toEqual([]);
    expect(expectations()).toMatchObject(recorded);
  });

  it('makes the same span metrics and service graph of spans', { timeout: 120_000 }, async (ctx) => {
    if (missing !== '' || prometheus === undefined) ctx.skip(missing || prometheusMissing);
    const wanted = ourGenerated(sent);
    let answer: readonly string[] = [];
    // They come after the requests whose other side is waited for, in parts.
    for (let tries = 0; tries < 200 && firstDifference(answer, wanted) !== undefined; tries += 1) {
      await delay(250);
      const samples = (await prometheus?.query('{__name__=~"traces_.+"}')) ?? [];
      answer = normalSamples(
        samples.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) })),
      );
    }
    expect(firstDifference(answer, wanted)).toBeUndefined();
    record({ [generated]: summary(answer) });
    expect(expectations()[generated]).toBe(summary(answer));
  });

  it('answers generated questions the same', { timeout: 600_000 }, async (ctx) => {
    if (missing !== '') ctx.skip(missing);
    const make = createQueryMaker(createRandom(Number(process.env['SIGHTLINE_SEED'] ?? 42)));
    const wrong: string[] = [];
    for (let count = 0; count < queryCount; count += 1) {
      const [kind, query] =
        count % 3 === 2 ? (['range of 60s', make.metrics()] as const) : (['search', make.search()] as const);
      const answer = await theirs(kind, query);
      // Tempo gives up on some patterns over arrays.
      if (answer[0]?.includes('unexpected numbers of pre-compiled regexp') === true) continue;
      const mine = await own(kind, query);
      const difference = firstDifference(answer, mine);
      // After a thousand spans Tempo looks at the sides of a condition the other way round; then it may agree.
      if (difference === undefined || firstDifference(await theirs(kind, query), mine) === undefined)
        continue;
      wrong.push(`${kind}: ${query}\n  ${difference}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('TraceQL with queries that are broken in some way', () => {
  it('answers or says why not, and takes no long time', { timeout: 3_600_000 }, async () => {
    const count = process.env['SIGHTLINE_LONG_TESTS'] === 'true' ? 1_000_000 : 1_000;
    const { answered, refused, crashes } = await fuzz(count, Number(process.env['SIGHTLINE_SEED'] ?? 42));
    expect(crashes).toEqual([]);
    expect(answered + refused).toBe(count);
  });
});

/** Writes answers down, when that is asked for. */
function record(answers: Readonly<Record<string, string>>): void {
  if (process.env['SIGHTLINE_TEMPO_RECORD'] !== 'true') return;
  const kept = Object.entries({ ...expectations(), ...answers }).filter(([key]) => written.has(key));
  writeFileSync(expectationsFile, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`);
}

function firstDifference(theirs: readonly string[], own: readonly string[]): string | undefined {
  const at = theirs.findIndex((line, index) => !sameLine(line, own[index]));
  if (at === -1 && theirs.length === own.length) return undefined;
  const index = at === -1 ? theirs.length : at;
  return `Tempo: ${theirs[index]}\n  ours: ${own[index]}`;
}

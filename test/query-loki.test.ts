import { readFileSync, writeFileSync } from 'node:fs';
import { createLogLists, formatLabels } from '@sightline/query/logql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineOf, memoryOf, ownAnswer } from '../packages/query/test/logql/answers.ts';
import type { Answer, Ask } from '../packages/query/test/logql/answers.ts';
import { caseTable, expectedData } from '../packages/query/test/logql/case-table.ts';
import {
  packAnswers,
  readAnswers,
  unpackAnswer,
  writeAnswers,
} from '../packages/query/test/logql/expectations.ts';
import { createRandom, dataEndNs, dataStartNs, logData } from '../packages/query/test/logql/log-data.ts';
import { lokiAnswer, lokiGet, pushToLoki, waitForLines } from '../packages/query/test/logql/loki-api.ts';
import type { LokiTarget } from '../packages/query/test/logql/loki-api.ts';
import { startLoki } from '../packages/query/test/logql/loki-process.ts';
import type { LokiProcess } from '../packages/query/test/logql/loki-process.ts';
import { isSameAnswer } from '../packages/query/test/logql/same-answer.ts';
import { generateLogQuery, generateMetricQuery } from '../packages/query/test/logql/query-generator.ts';
import { findLoki } from './servers/loki.ts';
import { freePort } from './servers/ports.ts';

const long = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Queries that are made up, of each kind. */
const generated = long ? 5000 : 150;
/** Renews the expected answers from the Loki that is asked, instead of comparing with them. */
const renews = process.env['SIGHTLINE_RENEW_EXPECTATIONS'] === 'true';
const expectationsFile = new URL('../packages/query/test/logql/expectations.jsonl', import.meta.url);

const loki = findLoki();
// oxlint-disable-next-line no-console -- who reads the run has to know
if ('missing' in loki) console.log(`query-loki.test.ts is skipped: ${loki.missing}`);

describe.skipIf('missing' in loki)('createLogqlEngine beside a real Loki', () => {
  const large = logData(1, 60);
  const small = logData(expectedData.seed, expectedData.perStream);
  const engine = engineOf(large);
  let server: LokiProcess | undefined;
  let target: LokiTarget;
  let smallTarget: LokiTarget;

  beforeAll(async () => {
    if ('missing' in loki) return;
    server = await startLoki(loki.path, await freePort(), await freePort());
    target = { url: server.url, tenant: 'large' };
    smallTarget = { url: server.url, tenant: 'small' };
    await pushToLoki(target, large);
    await pushToLoki(smallTarget, small);
    await waitForLines(target, memoryOf(large).counts().entries);
    await waitForLines(smallTarget, memoryOf(small).counts().entries);
  }, 60_000);
  afterAll(() => server?.stop());

  it('answers every case of the table as Loki does', async () => {
    expect(await differences(caseTable.map(([, query, ask]) => [query, ask]))).toEqual([]);
  }, 120_000);

  it(`answers ${generated} made-up queries of lines as Loki does`, async () => {
    const random = createRandom(2026);
    const queries = Array.from({ length: generated }, (): [string, Ask] => [
      generateLogQuery(random),
      'lines',
    ]);
    expect(await differences(queries)).toEqual([]);
  }, 900_000);

  it(`answers ${generated} made-up queries of numbers as Loki does`, async () => {
    const random = createRandom(2027);
    const queries = Array.from({ length: generated }, (): [string, Ask] => [
      generateMetricQuery(random),
      random.pick(['instant', 'range']),
    ]);
    expect(await differences(queries)).toEqual([]);
  }, 900_000);

  it('lists labels, values, series and volumes as Loki does', async () => {
    const lists = createLogLists(memoryOf(large));
    const range = { startNs: dataStartNs, endNs: dataEndNs };
    const times = { start: String(dataStartNs), end: String(dataEndNs) };
    const data = async (path: string, parameters: Record<string, string> = {}): Promise<unknown> => {
      const answer = (await (await lokiGet(target, path, { ...times, ...parameters })).json()) as {
        data: unknown;
      };
      return answer.data;
    };
    const query = '{app=~"shop|web"}';
    expect(lists.labels(range)).toEqual(await data('labels'));
    expect(lists.labels(range, '{app="web"}')).toEqual(await data('labels', { query: '{app="web"}' }));
    expect(lists.labelValues('app', range)).toEqual(await data('label/app/values'));
    expect(lists.labelValues('kind', range, query)).toEqual(await data('label/kind/values', { query }));
    const series = (await data('series', { 'match[]': query })) as readonly Record<string, string>[];
    const texts = (each: readonly Readonly<Record<string, string>>[]): readonly string[] =>
      each.map(formatLabels).toSorted();
    expect(texts(lists.series([query], range))).toEqual(texts(series));
    const volumes = (await data('index/volume', { query })) as {
      result: readonly { metric: Record<string, string> }[];
    };
    expect((await lists.volume(query, range)).map(({ labels }) => labels)).toEqual(
      volumes.result.map(({ metric }) => metric),
    );
  }, 60_000);

  it('has the expected answers of the suite from a Loki that says the same today', async () => {
    const answers = new Map<string, Answer>(
      await inTurns(
        caseTable,
        async ([key, query, ask]) => [key, await lokiAnswer(smallTarget, query, ask)] as const,
      ),
    );
    if (renews) {
      const build = (await (await fetch(`${smallTarget.url}/loki/api/v1/status/buildinfo`)).json()) as {
        version: string;
      };
      writeFileSync(
        expectationsFile,
        writeAnswers(packAnswers(build.version || 'built from source', answers)),
      );
      return;
    }
    const expected = readAnswers(readFileSync(expectationsFile, 'utf8'));
    const unlike = [...answers].filter(([key, answer]) => {
      const packed = expected.answers[key];
      return (
        packed === undefined || JSON.stringify(unpackAnswer(expected, packed)) !== JSON.stringify(answer)
      );
    });
    expect(unlike).toEqual([]);
  }, 120_000);

  /** Queries that the two answer differently, with both answers. */
  async function differences(queries: readonly (readonly [string, Ask])[]): Promise<readonly object[]> {
    const found = await inTurns(queries, async ([query, ask]) => {
      const [own, real] = await Promise.all([ownAnswer(engine, query, ask), lokiAnswer(target, query, ask)]);
      return isSameAnswer(query, own, real) ? [] : [{ query, ask, own, real }];
    });
    return found.flat().slice(0, 5);
  }
});

/** Does something for each item, a few at a time, and keeps the order. */
async function inTurns<Item, Value>(
  items: readonly Item[],
  run: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = [];
  for (let at = 0; at < items.length; at += 8) {
    // oxlint-disable-next-line no-await-in-loop -- a few at a time
    values.push(...(await Promise.all(items.slice(at, at + 8).map(run))));
  }
  return values;
}

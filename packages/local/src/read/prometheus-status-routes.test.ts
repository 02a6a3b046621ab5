import { describe, expect, it } from 'vitest';
import type { Call } from '../server/route.ts';
import { createExemplarStore } from '../store/exemplar-store.ts';
import { createMetadataStore } from '../store/metadata-store.ts';
import { createSeriesStore } from '../store/series/series-store.ts';
import { prometheusStatusRoutes } from './prometheus-status-routes.ts';

const stores = {
  series: createSeriesStore({ maxSeries: 10, maxBytes: 1e6, retentionMs: 1e6 }),
  exemplars: createExemplarStore(10),
  metadata: createMetadataStore(),
};
const rule = {
  kind: 'alerting',
  alert: 'A',
  expression: 'up',
  labels: {},
  annotations: {},
  forMs: 60_000,
  keepFiringForMs: 0,
};
const instance = { labels: {}, annotations: {}, activeAtMs: 0, value: 1 };
const routes = prometheusStatusRoutes({
  stores,
  targets: () => [
    { url: 'http://a', labels: { job: 'j', instance: 'a' }, last: undefined },
    {
      url: 'http://b',
      labels: { job: 'j', instance: 'b' },
      last: { timeMs: 0, durationSeconds: 1, error: 'no', samples: 0 },
    },
  ],
  ruleFiles: () => [
    {
      file: 'f',
      groups: [
        {
          group: { name: 'g', limit: 0 },
          intervalMs: 1000,
          rules: () => [
            {
              rule,
              state: 'pending',
              health: 'unknown',
              lastEvaluationMs: undefined,
              lastDurationSeconds: 0,
              alerts: [
                { ...instance, state: 'pending' },
                { ...instance, state: 'inactive' },
              ],
            },
          ],
        },
      ] as never,
    },
  ],
  version: '1',
  startedAtMs: 0,
  scrapeIntervalMs: 5000,
  scrapeTimeoutMs: 4000,
  retentionMs: 1000,
  externalUrl: 'http://x',
});
const ask = async (path: string): Promise<unknown> => {
  const route = routes.find((each) => each.path === path);
  const answer = await route!.handle({ parameters: new URLSearchParams() } as unknown as Call);
  return (answer.json as { data: unknown }).data;
};

describe('prometheusStatusRoutes', () => {
  it('shows a target before its first scrape as unknown, and one that fails as down', async () => {
    expect(await ask('/api/v1/targets')).toMatchObject({
      activeTargets: [
        { health: 'unknown', lastScrape: '0001-01-01T00:00:00Z', lastScrapeDuration: 0, lastError: '' },
        { health: 'down', lastScrape: '1970-01-01T00:00:00.000Z', lastScrapeDuration: 1, lastError: 'no' },
      ],
    });
  });

  it('shows rules before their first evaluation, and no alert that is over', async () => {
    expect(await ask('/api/v1/rules')).toMatchObject({
      groups: [
        {
          lastEvaluation: '0001-01-01T00:00:00Z',
          rules: [
            {
              lastEvaluation: '0001-01-01T00:00:00Z',
              health: 'unknown',
              duration: 60,
              alerts: [{ state: 'pending' }],
            },
          ],
        },
      ],
    });
    expect(await ask('/api/v1/alerts')).toMatchObject({ alerts: [{ state: 'pending' }] });
    expect(await ask('/api/v1/status/tsdb')).toMatchObject({
      headStats: { numSeries: 0, minTime: 0, maxTime: 0 },
    });
  });
});

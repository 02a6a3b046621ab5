import { existsSync } from 'node:fs';
import { dashboards } from '@sightline/dashboards';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ObservedStack } from './dashboards/observed-stack.ts';
import { sent } from './dashboards/panel-queries.ts';
import {
  type SpanOfTrace,
  type TraceOfTempo,
  exemplarLabel,
  exploredQuery,
  linksOfLine,
  logsOfSpan,
  metricsOfSpan,
  spansOf,
} from './dashboards/provisioned-links.ts';
import { askLoki, searchTempo } from './dashboards/server-answers.ts';
import {
  OPENING_MS,
  PATIENCE_MS,
  type SufferingShop,
  answered,
  everyPanel,
  openSufferingShop,
} from './dashboards/suffering-shop.ts';

let shop: SufferingShop;

beforeAll(async () => {
  shop = await openSufferingShop();
}, OPENING_MS);

afterAll(() => shop.close(), OPENING_MS);

/** Queries over histograms whose dots are traces. */
const withExemplars = everyPanel.flatMap(([name, { queries }]) =>
  queries.flatMap((query) =>
    query.language === 'promql' && query.exemplars ? [[name, query.expr] as const] : [],
  ),
);

async function traceOf({ tempo }: ObservedStack, id: string): Promise<readonly SpanOfTrace[]> {
  return spansOf(await tempo.get<TraceOfTempo>(`/api/traces/${id}`));
}

/** The newest trace behind a dot of a panel. */
async function exemplarTrace({ prometheus }: ObservedStack, expr: string): Promise<string> {
  const found = (await prometheus.exemplars(sent(expr))).flatMap(({ exemplars }) => exemplars);
  return found.at(-1)?.labels[exemplarLabel()] ?? '';
}

interface LineOfLoki {
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
}

async function linesOf(
  { loki }: ObservedStack,
  query: string,
  startMs: number,
  endMs: number,
): Promise<readonly LineOfLoki[]> {
  const { data } = await loki.get<{
    data: { result: readonly { stream: Record<string, string>; values: readonly [string, string][] }[] };
  }>('/loki/api/v1/query_range', {
    query,
    start: (startMs / 1000).toFixed(3),
    end: (endMs / 1000).toFixed(3),
    limit: '1000',
  });
  return data.result.flatMap(({ stream, values }) => values.map(([, line]) => ({ labels: stream, line })));
}

describe('the way from a panel on', () => {
  it.for(withExemplars)(
    '%s: to its exemplar and its trace',
    { timeout: PATIENCE_MS },
    async ([, expr], { skip }) => {
      const stack = shop.given(skip);
      const spans = await vi.waitFor(async () => traceOf(stack, await exemplarTrace(stack, expr)), {
        timeout: 20_000,
        interval: 250,
      });
      expect(spans.length).toBeGreaterThan(0);
    },
  );

  it(
    'from a trace to its logs, and to those of the very span',
    { timeout: PATIENCE_MS },
    async ({ skip }) => {
      const stack = shop.given(skip);
      const [trace] = await answered(() =>
        searchTempo(stack, {
          expr: '{ resource.service.name = "payments" && status = error && kind = server }',
        }),
      );
      const spans = await traceOf(stack, trace!.traceID);
      const servers = spans.filter(({ isServer }) => isServer);
      expect(new Set(servers.map(({ attributes }) => attributes['service.name']))).toEqual(
        new Set(['storefront', 'orders', 'payments']),
      );
      for (const span of servers) {
        const { query, startMs, endMs } = logsOfSpan(span);
        // oxlint-disable-next-line no-await-in-loop -- one span after the other
        const lines = await answered(() => linesOf(stack, query, startMs, endMs));
        expect(lines.filter(({ line }) => !line.includes(`"trace_id":"${span.traceId}"`))).toEqual([]);
        expect(
          lines.filter(({ labels }) => labels['service_name'] !== span.attributes['service.name']),
        ).toEqual([]);
        // Which of them are of this span stands beside each.
        const own = lines.filter(({ labels }) => labels['this_span'] === 'yes');
        expect(own.map(({ line }) => line.includes(`"span_id":"${span.spanId}"`))).toContain(true);
        expect(own.filter(({ line }) => !line.includes(`"span_id":"${span.spanId}"`))).toEqual([]);
      }
    },
  );

  it(
    'from a line to its trace, and to all lines of its request',
    { timeout: PATIENCE_MS },
    async ({ skip }) => {
      const stack = shop.given(skip);
      const nowMs = Date.now();
      const lines = await answered(() =>
        linesOf(stack, '{service_name="payments", level="error"}', nowMs - 60_000, nowMs),
      );
      const { labels, line } = lines[0]!;
      const links = linksOfLine(line, labels);
      const byLabel = links.get('Trace');
      expect(byLabel).toEqual(links.get('Trace in the line'));
      expect(byLabel?.to).toBe('tempo');
      const spans = await traceOf(stack, byLabel?.query ?? '');
      expect(spans.map(({ spanId }) => spanId)).toContain(labels['span_id']);
      const request = links.get('Request');
      expect(request?.to).toBe('loki');
      const ofRequest = await linesOf(stack, request?.query ?? '', nowMs - 60_000, Date.now());
      // The id goes from service to service, so that all of them are there.
      expect(new Set(ofRequest.map((each) => each.labels['service_name']))).toEqual(
        new Set(['storefront', 'orders', 'payments']),
      );
    },
  );

  it('from a span to the metrics of its service and route', { timeout: PATIENCE_MS }, async ({ skip }) => {
    const stack = shop.given(skip);
    const { prometheus } = stack;
    const [trace] = await searchTempo(stack, {
      expr: '{ resource.service.name = "payments" && status = error && kind = server }',
    });
    const spans = await traceOf(stack, trace?.traceID ?? '');
    expect(spans.length).toBeGreaterThan(3);
    for (const { query } of spans.flatMap((span) => metricsOfSpan(span, '20s'))) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      const samples = await answered(() => prometheus.query(query));
      expect([query, samples.map(({ value }) => Number(value[1]) >= 0)]).toEqual([query, [true]]);
    }
  });

  it(
    'from an alert to its runbook, its dashboard and its traces',
    { timeout: PATIENCE_MS },
    async ({ skip }) => {
      const stack = shop.given(skip);
      const { prometheus } = stack;
      interface Alert {
        readonly state: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations: Readonly<Record<string, string>>;
      }
      const alerts = await vi.waitFor(
        async () => {
          const response = await fetch(`${prometheus.url}/api/v1/alerts`);
          const { data } = (await response.json()) as { data: { alerts: readonly Alert[] } };
          const firing = data.alerts.filter(({ state }) => state === 'firing');
          expect(firing.map(({ labels }) => labels['alertname'])).toContain('RouteErrorRatioHigh');
          return firing;
        },
        { timeout: PATIENCE_MS, interval: 250 },
      );
      const boards = new Map(Object.values(dashboards()).map((board) => [board.uid, board]));
      for (const { labels, annotations } of alerts.filter((each) => each.labels['severity'] !== 'none')) {
        const runbook = new URL(`../${annotations['runbook_url']}`, import.meta.url);
        expect([runbook.pathname, existsSync(runbook)]).toEqual([runbook.pathname, true]);
        const url = new URL(annotations['dashboard_url'] ?? '');
        const board = boards.get(url.pathname.replace('/d/', ''));
        const given = [...url.searchParams.keys()].filter((name) => name.startsWith('var-'));
        const known = new Set(board?.variables.map(({ name }) => `var-${name}`));
        expect([url.pathname, given.filter((name) => !known.has(name))]).toEqual([url.pathname, []]);
        const traces = annotations['trace_url'];
        if (traces === undefined || !/Error/.test(labels['alertname'] ?? '')) continue;
        const { to, query } = exploredQuery(traces);
        expect(to).toBe('tempo');
        // oxlint-disable-next-line no-await-in-loop -- one alert after the other
        expect([query, (await searchTempo(stack, { expr: query })).length > 0]).toEqual([query, true]);
      }
    },
  );

  const explored = everyPanel.flatMap(([name, { links = [], valueLinks = [] }]) =>
    [...links, ...valueLinks]
      .filter(({ url }) => url.startsWith('/explore?'))
      .map(({ title, url }) => [`${name}: ${title}`, url] as const),
  );

  it.for(explored)('to Explore: %s', { timeout: PATIENCE_MS }, async ([, url], { skip }) => {
    const stack = shop.given(skip);
    const [fingerprint] = await askLoki(stack, {
      expr: 'topk(1, sum by (fingerprint) (count_over_time({service_name=~".+"} | json fingerprint="err.fingerprint" | fingerprint != "" [2m])))',
      instant: true,
    });
    // As Grafana fills them in: what is chosen, and what stands in the row that was clicked.
    const filled: Readonly<Record<string, string>> = {
      '__data.fields.Fingerprint': fingerprint?.labels['fingerprint'] ?? '',
      '__data.fields.Route': '/charges',
      '__data.fields.Service': 'payments',
      '__data.fields.Operation': 'POST /charges',
      'service:pipe': 'payments|orders|storefront',
      'environment:pipe': '.*',
      __from: `${stack.startSeconds * 1000}`,
      __to: `${Date.now()}`,
    };
    const text = url.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) =>
      encodeURIComponent(filled[name] ?? name),
    );
    const { to, query } = exploredQuery(text);
    expect(query).not.toMatch(/\$/);
    const found =
      to === 'loki' ? await askLoki(stack, { expr: query }) : await searchTempo(stack, { expr: query });
    expect([query, found.length > 0]).toEqual([query, true]);
  });
});

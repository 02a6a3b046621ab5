import { dashboardJson, dashboards, foreignMetrics } from '@sightline/dashboards';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { neededLabels, sent } from './dashboards/panel-queries.ts';
import {
  type Answer,
  type LabelVariable,
  type TraceQuery,
  askLoki,
  mapQueries,
  rangeOfTempo,
  searchTempo,
  valuesOf,
} from './dashboards/server-answers.ts';
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

describe('the panels, asked of Loki that takes the lines of the shop', () => {
  const asked = everyPanel.flatMap(([name, panel]) => {
    const queries = panel.queries.filter((query) => query.language === 'logql');
    return queries.length === 0 ? [] : [[name, panel, queries] as const];
  });
  const ofLines = asked.filter(([, { view }]) => view === 'logs');
  const ofNumbers = asked
    .filter(([, { view }]) => view !== 'logs')
    .flatMap(([name, panel, queries]) => queries.map((query) => [name, panel, query] as const));

  // Lines of JSON and those that came by OTLP are two queries; the shop writes JSON.
  it.for(ofLines)('%s', { timeout: PATIENCE_MS + 5000 }, async ([, , queries], { skip }) => {
    const stack = shop.given(skip);
    const answers = await answered(async () =>
      (await Promise.all(queries.map((query) => askLoki(stack, query)))).flat(),
    );
    const lines = answers.flatMap(({ texts }) => texts);
    // They are for people: who says what.
    expect(lines.filter((line) => !/^(?:storefront|orders|payments): \S/.test(line))).toEqual([]);
    expect(answers.filter(({ labels }) => labels['service_name'] === undefined)).toEqual([]);
  });

  it.for(ofNumbers)('%s', { timeout: PATIENCE_MS + 5000 }, async ([, { columns = {} }, query], { skip }) => {
    const stack = shop.given(skip);
    const answers = await answered(() => askLoki(stack, query));
    const needed = [...labelsOfLegend(query.legend), ...Object.keys(columns)];
    expect(needed.filter((label) => answers.some(({ labels }) => !(label in labels)))).toEqual([]);
    expect(answers.filter(({ numbers }) => numbers.length === 0)).toEqual([]);
    expect(answers.flatMap(({ numbers }) => numbers).filter((each) => !(each >= 0))).toEqual([]);
  });
});

function labelsOfLegend(legend = ''): readonly string[] {
  return Array.from(legend.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label ?? '');
}

function traceQueries(kind: TraceQuery['kind']): readonly (readonly [string, TraceQuery])[] {
  return everyPanel.flatMap(([name, { queries }]) =>
    queries.flatMap((query) =>
      query.language === 'traceql' && query.kind === kind ? [[name, query] as const] : [],
    ),
  );
}

describe('the panels, asked of Tempo that takes the spans of the shop', () => {
  it.for(traceQueries('search'))('%s', { timeout: PATIENCE_MS + 5000 }, async ([, query], { skip }) => {
    const stack = shop.given(skip);
    const traces = await answered(() => searchTempo(stack, query));
    expect(traces.length).toBeLessThanOrEqual(query.limit ?? 20);
    expect(traces.filter(({ traceID }) => !/^[0-9a-f]{16,32}$/.test(traceID))).toEqual([]);
    expect(traces.some(({ rootServiceName }) => rootServiceName === 'storefront')).toBe(true);
  });

  it.for(traceQueries('metrics'))('%s', { timeout: PATIENCE_MS + 5000 }, async ([, query], { skip }) => {
    const stack = shop.given(skip);
    const answers = await answered(() => rangeOfTempo(stack, query));
    const [, by = ''] = /\bby \(([\w.]+)\)$/.exec(query.expr) ?? [];
    expect(answers.filter(({ labels }) => !(by in labels))).toEqual([]);
    expect(most(answers)).toBeGreaterThan(0);
  });

  it(
    'shows requests without a route unless a route is chosen',
    { timeout: PATIENCE_MS },
    async ({ skip }) => {
      const stack = shop.given(skip);
      const newest = traceQueries('search').find(([name]) => name.startsWith('traces: What are the newest'));
      const expr = newest?.[1].expr ?? '';
      const found = (chosen: Readonly<Record<string, string>>): ReturnType<typeof searchTempo> =>
        searchTempo(stack, { expr, limit: 500 }, chosen);
      const names = (await found({})).map(({ rootTraceName = '' }) => rootTraceName);
      // A span is named by its method and its route.
      expect(names.some((name) => !name.includes(' '))).toBe(true);
      expect(names.some((name) => name.includes('/products'))).toBe(true);
      const chosen = await found({ route: '/charges', service: 'payments' });
      expect(new Set(chosen.map(({ rootTraceName }) => rootTraceName))).toEqual(
        new Set(['POST /api/:tenant/orders']),
      );
    },
  );
});

function most(answers: readonly Answer[]): number {
  return Math.max(0, ...answers.flatMap(({ numbers }) => numbers));
}

describe('the panels, asked of Prometheus that Tempo writes to', () => {
  it.for(traceQueries('service-map'))('%s', { timeout: PATIENCE_MS + 5000 }, async ([, query], { skip }) => {
    const stack = shop.given(skip);
    const { prometheus } = stack;
    for (const expr of mapQueries(query)) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      const edges = await answered(() => prometheus.query(expr));
      expect(edges.filter(({ metric }) => metric['client'] === '' || metric['server'] === '')).toEqual([]);
      const drawn = new Set(edges.map(({ metric }) => `${metric['client']} to ${metric['server']}`));
      expect([expr, drawn.has('storefront to orders'), drawn.has('orders to payments')]).toEqual([
        expr,
        true,
        true,
      ]);
    }
  });

  const ofSpans = everyPanel.filter(([, { queries }]) =>
    queries.some(({ expr }) => /\btraces_spanmetrics_/.test(expr)),
  );

  it.for(ofSpans)('%s', { timeout: PATIENCE_MS + 5000 }, async ([, panel], { skip }) => {
    const stack = shop.given(skip);
    const { prometheus } = stack;
    for (const { expr } of panel.queries) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      const rows = await answered(() => prometheus.query(sent(expr)));
      const absent = neededLabels(panel).filter((label) => rows.some(({ metric }) => !(label in metric)));
      expect(absent).toEqual([]);
      expect(new Set(rows.map(({ metric }) => metric['service']))).toContain('payments');
    }
  });
});

describe('the panels about the stack, asked of Prometheus that scrapes it', () => {
  const named = /\b((?:loki|tempo)_\w+)/g;
  const ofServers = everyPanel.filter(([, { queries }]) =>
    queries.some(({ expr }) => expr.search(named) !== -1),
  );

  it.for(ofServers)('%s', { timeout: PATIENCE_MS + 5000 }, async ([, { queries }], { skip }) => {
    const { prometheus } = shop.given(skip);
    const chosen = { service: '.+', instance: '.+' };
    // What nobody has discarded has no series yet: Prometheus takes the query, and that is all.
    const [rare, usual] = [/discarded/, /(?:loki|tempo)_(?!discarded)/].map((pattern) =>
      queries.filter(({ expr }) => pattern.test(expr)),
    );
    await Promise.all((rare ?? []).map(({ expr }) => prometheus.query(sent(expr, chosen))));
    const answers = await Promise.all(
      (usual ?? []).map(({ expr }) => answered(() => prometheus.query(sent(expr, chosen)))),
    );
    expect(answers.filter((series) => series.length === 0)).toEqual([]);
  });

  it('know the metrics of Prometheus as it names them', async ({ skip }) => {
    const stack = shop.given(skip);
    const page = await (await fetch(`${stack.prometheus.url}/metrics`)).text();
    const known = new Set(Array.from(page.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
    const read = Object.entries(foreignMetrics).filter(
      ([name, { exposedBy }]) => exposedBy === 'Prometheus' && !(name in ofNewerPrometheus),
    );
    expect(read.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the annotations, asked of Prometheus', () => {
  const annotations = new Map(
    Object.values(dashboards()).flatMap((board) =>
      (dashboardJson(board).annotations.list ?? []).flatMap(({ name, expr }) =>
        expr === undefined ? [] : [[`${name}: ${expr}`, expr] as const],
      ),
    ),
  );

  // Every version is new within the first two minutes.
  it.for([...annotations])('%s', { timeout: PATIENCE_MS + 5000 }, async ([, expr], { skip }) => {
    const stack = shop.given(skip);
    const { prometheus } = stack;
    const marks = await answered(() => prometheus.query(sent(expr)));
    expect(new Set(marks.map(({ metric }) => metric['job']))).toContain('payments');
  });
});

/** What the Prometheus of Debian 12 does not have yet. */
const ofNewerPrometheus: Readonly<Record<string, string>> = {
  prometheus_tsdb_wal_storage_size_bytes: 'since 2.44',
};

/** What there is to choose, where there is something in the shop. */
const offered: Readonly<Record<string, readonly string[]>> = {
  'loki service': ['orders', 'payments', 'storefront'],
  'loki environment': ['demo'],
  'loki level': ['error', 'info'],
  'prometheus service': ['orders', 'payments', 'storefront'],
  'prometheus version': ['1.4.2'],
  'prometheus route': ['/api/:tenant/orders', '/charges', '/orders'],
};
/** Variables with nothing to choose from in the shop, with the reason. */
const notOffered: Readonly<Record<string, string>> = {
  'prometheus environment': 'the scrape configuration of the test gives no such label',
  'prometheus namespace': 'the shop does not run in Kubernetes',
};

describe('the variables, asked of the servers', () => {
  const variables = new Map<string, LabelVariable>();
  for (const { variables: each } of Object.values(dashboards())) {
    for (const variable of each) {
      if (variable.kind === 'label')
        variables.set(`${variable.source} ${variable.name} ${variable.selector}`, variable);
    }
  }

  it.for([...variables])('%s', { timeout: PATIENCE_MS }, async ([, variable], { skip }) => {
    const stack = shop.given(skip);
    const name = `${variable.source} ${variable.name}`;
    const ask = (): Promise<readonly string[]> => valuesOf(stack, variable);
    const values = name in notOffered ? await ask() : await answered(ask);
    const expected = variable.selector.startsWith('up{') ? [] : (offered[name] ?? []);
    expect(expected.filter((value) => !values.includes(value))).toEqual([]);
  });
});

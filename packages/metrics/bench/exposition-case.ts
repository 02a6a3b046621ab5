/* oxlint-disable no-await-in-loop -- one page after the other is measured */
import * as successor from '@prometheus-io/client';
import { requestBoundaries } from '@sightline/conventions';
import { createMetrics } from '@sightline/metrics';
import * as client from 'prom-client';

/*
 * One case in a process of its own: `exposition-case.ts <client> <kind> <series>` prints, of a page with so many lines,
 * the whole time and the longest stretch in which the event loop stood still [ms], as JSON.
 */

const LABELS = ['method', 'route', 'status'] as const;
const LINES_OF_A_HISTOGRAM = requestBoundaries.length + 3;

type Kind = 'histogram' | 'counter';

/** Label sets that are like those of a service: a few methods and codes, many routes. */
function* labelSets(count: number): Generator<Record<(typeof LABELS)[number], string>> {
  for (let set = 0; set < count; set++) {
    yield {
      method: ['GET', 'POST', 'PUT', 'DELETE'][set % 4] ?? '',
      route: `/api/tenants/:tenant/things-${Math.floor(set / 16)}/:id`,
      status: ['200', '201', '404', '500'][Math.floor(set / 4) % 4] ?? '',
    };
  }
}

type Page = () => Promise<number>;

function ofLibrary({ Registry, Histogram, Counter }: typeof client, kind: Kind, sets: number): Page {
  const registry = new Registry();
  const base = { help: 'Duration.', labelNames: LABELS, registers: [registry] };
  const metric =
    kind === 'histogram'
      ? new Histogram({ ...base, name: 'request_duration_seconds', buckets: [...requestBoundaries] })
      : new Counter({ ...base, name: 'requests_total' });
  for (const labels of labelSets(sets)) {
    if ('observe' in metric) for (let times = 0; times < 3; times++) metric.observe(labels, times / 7);
    else metric.inc(labels, 3);
  }
  return async () => Buffer.from(await registry.metrics()).length;
}

function ofOurs(kind: Kind, sets: number): Page {
  const metrics = createMetrics({ onProblem: () => {} });
  const base = { help: 'Duration.', labels: LABELS, seriesBound: sets };
  const histogram = {
    ...base,
    name: 'request_duration_seconds',
    type: 'histogram',
    unit: 's',
    boundaries: requestBoundaries,
  } as const;
  const counter = { ...base, name: 'requests_total', type: 'counter', unit: '{request}' } as const;
  for (const { method, route, status } of labelSets(sets)) {
    if (kind === 'counter') metrics.registry.counter(counter).series([method, route, status]).add(3);
    else {
      const series = metrics.registry.histogram(histogram).series([method, route, status]);
      for (let times = 0; times < 3; times++) series.observe(times / 7);
    }
  }
  return async () => {
    let bytes = 0;
    // As it goes to a response: each part as bytes.
    for await (const part of metrics.page().body) bytes += Buffer.from(part).length;
    return bytes;
  };
}

/** The longest time between two turns of the event loop while something runs. */
async function longestStretch(work: Page): Promise<{ stretchMs: number; wholeMs: number; bytes: number }> {
  let stretchMs = 0;
  let last = performance.now();
  let isOver = false;
  function turn(): void {
    const now = performance.now();
    stretchMs = Math.max(stretchMs, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  }
  await new Promise(setImmediate);
  last = performance.now();
  setImmediate(turn);
  const startMs = performance.now();
  const bytes = await work();
  const wholeMs = performance.now() - startMs;
  isOver = true;
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return { stretchMs, wholeMs, bytes };
}

const [name = '', kind = 'histogram', lines = '10000'] = process.argv.slice(2);
const sets = Math.round(Number(lines) / (kind === 'histogram' ? LINES_OF_A_HISTOGRAM : 1));
const page =
  name === 'sightline'
    ? ofOurs(kind as Kind, sets)
    : ofLibrary(
        name === 'prom-client' ? client : (successor as unknown as typeof client),
        kind as Kind,
        sets,
      );

// The first ones are not what a service that has run for a while answers.
for (let warm = 0; warm < 5; warm++) await page();
const runs: Awaited<ReturnType<typeof longestStretch>>[] = [];
for (let run = 0; run < 11; run++) runs.push(await longestStretch(page));
const middle = (of: (run: (typeof runs)[number]) => number): number =>
  runs.map(of).toSorted((one, other) => one - other)[5] ?? Number.NaN;
process.stdout.write(
  JSON.stringify({
    stretchMs: middle((run) => run.stretchMs),
    worstStretchMs: Math.max(...runs.map((run) => run.stretchMs)),
    wholeMs: middle((run) => run.wholeMs),
    bytes: runs[0]?.bytes,
  }),
);

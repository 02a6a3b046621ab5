/*
 * The heaviest that the pages are made for, planted: ten thousand lines a second, a trace of five thousand spans, a dashboard
 * of a hundred panels, fifty thousand series.
 */
/* oxlint-disable no-await-in-loop -- one after the other is what is planted */
import { setTimeout as delay } from 'node:timers/promises';
import { plantLines, plantSamples, plantTrace, traceId } from './plant.ts';
import { plantService } from './plant-service.ts';

const PANELS = 100;
const POINT_MS = 10_000;
const POINTS = 90;
const BATCHES_PER_SECOND = 10;
const SERIES_A_REQUEST = 5000;
const SPANS_A_REQUEST = 500;

const kinds = ['timeseries', 'stat', 'table', 'heatmap'] as const;
const queries = {
  timeseries: { expr: 'sum by (http_route) (rate(http_server_request_duration_seconds_count[1m]))' },
  stat: { expr: 'sum(rate(http_server_request_duration_seconds_count[1m]))', instant: true },
  table: {
    expr: 'sum by (http_route, job) (rate(http_server_request_duration_seconds_count[1m]))',
    instant: true,
    format: 'table',
  },
  heatmap: { expr: 'sum by (le) (rate(http_server_request_duration_seconds_bucket[1m]))', format: 'heatmap' },
} as const;

/** A dashboard whose panels all ask something else, so that none is saved by another. */
export const hundredPanels = {
  uid: 'hundred',
  title: 'A hundred panels',
  panels: Array.from({ length: PANELS }, (_, index) => {
    const type = kinds[index % kinds.length] ?? 'stat';
    const { expr } = queries[type];
    return {
      id: index + 1,
      type,
      title: `Panel ${index + 1}`,
      gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
      datasource: { type: 'prometheus' },
      targets: [{ refId: 'A', ...queries[type], expr: `${expr} + ${index} * 0` }],
      fieldConfig: { defaults: { unit: 'reqps' }, overrides: [] },
      options: { legend: { displayMode: 'table', showLegend: true, calcs: ['mean', 'max'] } },
    };
  }),
};

/** Sends what its panels ask for, of the last quarter of an hour; each call of what it returns sends what is new since. */
export async function plantPanels(url: string): Promise<() => Promise<void>> {
  const firstMs = Math.floor(Date.now() / POINT_MS) * POINT_MS - (POINTS - 1) * POINT_MS;
  let sent = 0;
  const send = async (): Promise<void> => {
    const points = Math.floor((Date.now() - firstMs) / POINT_MS) + 1;
    if (points === sent) return;
    await plantService(url, {
      service: 'shop',
      untilMs: firstMs + (points - 1) * POINT_MS,
      points,
      sent,
      routes: Array.from({ length: 20 }, (_, index) => ({ route: `/route/${index}`, perPoint: index + 1 })),
      traceId: traceId(1),
    });
    sent = points;
  };
  await send();
  return send;
}

/** One value of each of so many series. */
export async function plantManySeries(url: string, series: number): Promise<void> {
  const atMs = Date.now();
  for (let from = 0; from < series; from += SERIES_A_REQUEST) {
    await plantSamples(
      url,
      Array.from({ length: SERIES_A_REQUEST }, (_, index) => ({
        name: 'many_series',
        labels: { job: 'shop', number: String(from + index), zone: `zone-${index % 7}` },
        atMs,
        value: index,
      })),
    );
  }
}

const spanId = (number: number): string => number.toString(16).padStart(16, '0');

/** A trace of so many spans of twelve services, a failure here and there. */
export async function plantLongTrace(url: string, id: string, spans: number): Promise<void> {
  const all = Array.from({ length: spans }, (_, index) => ({
    service: `service-${index % 12}`,
    name: `operation ${index % 40}`,
    id: spanId(index + 1),
    ...(index > 0 && { parent: spanId(Math.floor((index - 1) / 3) + 1) }),
    kind: 1 as const,
    startMs: index,
    durationMs: 20 + (spans - index),
    failed: index % 97 === 0,
    attributes: { 'http.route': `/route/${index}`, index },
  }));
  const atMs = Date.now() - 60_000;
  for (let first = 0; first < spans; first += SPANS_A_REQUEST) {
    await plantTrace(url, { id, atMs, spans: all.slice(first, first + SPANS_A_REQUEST) });
  }
}

/**
 * Sends lines of four services until the end.
 *
 * @param until [ms since 1970]
 * @param isHeld while true, none are sent
 * @returns how many lines that were
 */
export async function pourLines(
  url: string,
  linesPerSecond: number,
  until: number,
  isHeld: () => boolean = () => false,
): Promise<number> {
  let sent = 0;
  let due = Date.now();
  while (Date.now() < until) {
    if (isHeld()) {
      await delay(1000 / BATCHES_PER_SECOND);
      due = Date.now();
      continue;
    }
    const size = linesPerSecond / BATCHES_PER_SECOND;
    const atMs = Date.now();
    const first = sent;
    await plantLines(
      url,
      Array.from({ length: size }, (_, index) => ({
        service: `service-${index % 4}`,
        level: index % 50 === 0 ? 'error' : 'info',
        atMs: atMs + index / size,
        fields: { msg: `GET /items/${first + index} 200`, route: '/items/:id', duration: index },
      })),
    );
    sent += size;
    due += 1000 / BATCHES_PER_SECOND;
    await delay(Math.max(0, due - Date.now()));
  }
  return sent;
}

/*
 * Three services under load, an incident, and what their own telemetry says about it:
 *
 * pnpm shop [--seconds 25] [--visitors 128]
 *
 * or without pnpm: node --conditions=@sightline/source examples/shop/src/main.ts
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Incident } from './incidents.ts';
import type { LoadReport } from './load/tally.ts';
import { type ObservedShop, openObservedShop } from './observed-shop.ts';
import { type LoadProcess, startLoadProcess } from './processes.ts';
import { incidentAt, scenario } from './scenario.ts';
import { type Comparison, compareCounts } from './watch/compare.ts';
import { parseExposition } from './watch/exposition.ts';
import { createObserver } from './watch/observer.ts';
import { policyFigures } from './watch/policy-figures.ts';
import type { View } from './watch/screen.ts';
import { showAsReport, showOnTerminal } from './watch/show.ts';
import { type Outcome, problemsOf, renderSummary } from './watch/summary.ts';
import type { Trace } from './watch/trace-book.ts';

const HELP = `The shop: three services under load, a series of incidents, and what their own telemetry says.

Usage: node --conditions=@sightline/source examples/shop/src/main.ts [--seconds N] [--visitors N]

  --seconds N    how long; 0 is until Ctrl-C (25)
  --visitors N   connections at a time (128)

It needs no network and no Docker. It exits with 0 when every request that was sent has been counted, by method,
route and status, and no planted secret was found in traces, metrics, log lines or status pages.
NO_COLOR=1 turns the colours off.
`;

const SEED = 7;
const THINK_MS = 250;
const KEPT = { traces: 3000, lines: 5000 };
/** A minute and an hour at the door that pass within an incident, and what a patient visitor never needs in them. */
const DOOR = {
  RATE_LIMIT_MINUTE_MS: '600',
  RATE_LIMIT_PER_MINUTE: '16',
  RATE_LIMIT_HOUR_MS: '1500',
  RATE_LIMIT_PER_HOUR: '28',
};
const SCRAPE_EVERY_MS = 1000;
const SCENARIO_EVERY_MS = 100;
/** One round of the scenario, where there is no end [s]. */
const ENDLESS_ROUND_SECONDS = 60;
/** Longest wait until the last requests that visitors left have been counted. */
const SETTLE_MS = 3000;
/** Traces to choose the one from that is shown, and lines to choose from. */
const SHOWN_FROM = { traces: 1000, lines: 500 };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '25' },
    visitors: { type: 'string', default: '128' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) process.stdout.write(HELP);
else process.exitCode = await demo(Number(values.seconds), Number(values.visitors));

async function demo(totalSeconds: number, visitors: number): Promise<number> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once('SIGINT', end).once('SIGTERM', end);

  const shop = await openObservedShop({ seed: SEED, kept: KEPT, env: DOOR });
  const { url } = shop.storefront;
  const load = startLoadProcess({ url, connections: visitors, thinkMs: THINK_MS, seed: SEED });
  const observer = createObserver(shop);
  const startMs = performance.now();
  const passedSeconds = (): number => (performance.now() - startMs) / 1000;
  let incident: Incident = { kind: 'none' };

  function playScenario(): void {
    const roundSeconds = totalSeconds === 0 ? ENDLESS_ROUND_SECONDS : totalSeconds;
    const next = incidentAt(scenario, (passedSeconds() % roundSeconds) / roundSeconds);
    if (next === incident) return;
    incident = next;
    for (const each of [...shop.services, load]) each.send({ incident });
  }

  function view(): View {
    const trace = mostTelling(shop.traces.settled().slice(0, SHOWN_FROM.traces));
    return {
      passedSeconds: passedSeconds(),
      totalSeconds,
      visitors,
      sent: load.report.sent,
      incident,
      services: shop.services.map((service) => ({ name: service.name, figures: observer.figures(service) })),
      traces: shop.traces,
      trace,
      traceLines: trace === undefined ? [] : shop.logs.ofTrace(trace.id),
      newestLines: shop.logs
        .newest(SHOWN_FROM.lines)
        .filter(({ isRequest, level }) => !isRequest || level !== 'info'),
    };
  }

  const show = process.stdout.isTTY ? showOnTerminal(view) : showAsReport(view);
  const isEndless = totalSeconds === 0;
  const timer = isEndless ? undefined : setTimeout(end, totalSeconds * 1000);
  try {
    await Promise.all([
      repeat(SCRAPE_EVERY_MS, observer.scrape, ended.signal),
      repeat(SCENARIO_EVERY_MS, playScenario, ended.signal),
      repeat(show.everyMs, show.draw, ended.signal),
      load.done.finally(end),
      aborted(ended.signal).then(load.stop),
    ]);
    const outcome = await closeShop(shop, load, passedSeconds());
    show.close();
    process.stdout.write(renderSummary(outcome));
    return problemsOf(outcome).length === 0 ? 0 : 1;
  } catch (error) {
    show.close();
    await shop.close();
    process.stderr.write(`The shop broke down: ${String(error)}\n${shop.complaints.join('\n')}\n`);
    return 1;
  } finally {
    clearTimeout(timer);
    end();
    load.stop();
  }
}

/** Reads everything for the last time, and closes. */
async function closeShop(shop: ObservedShop, load: LoadProcess, seconds: number): Promise<Outcome> {
  const { services, leaks, traces, logs, planted, complaints } = shop;
  const report = await load.done;
  const comparison = await settledCounts(shop, report);
  const pages = await Promise.all(services.map((service) => shop.page(service, '/metrics')));
  await Promise.all(services.map((service) => shop.page(service, '/status')));
  await shop.close();
  return {
    seconds,
    report,
    comparison,
    traces,
    droppedSpans: droppedSpans(pages),
    logs,
    policies: policyFigures(pages.flatMap(parseExposition)),
    planted,
    leaks: leaks.found,
    complaints,
  };
}

/** Requests that visitors left are counted a moment later. */
async function settledCounts({ storefront, page }: ObservedShop, report: LoadReport): Promise<Comparison> {
  const deadlineMs = performance.now() + SETTLE_MS;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const comparison = compareCounts(report, parseExposition(await page(storefront, '/metrics')));
    if (comparison.differences.length === 0 || performance.now() > deadlineMs) return comparison;
    // oxlint-disable-next-line no-await-in-loop -- see above
    await delay(100);
  }
}

/** The newest trace of those that went through the most services; one with an error comes first. */
function mostTelling(traces: readonly Trace[]): Trace | undefined {
  const [best] = traces.toSorted((one, other) => tellingScore(other) - tellingScore(one));
  return best;
}

function tellingScore({ spans }: Trace): number {
  const errors = spans.some(({ isError }) => isError) ? 0.5 : 0;
  return new Set(spans.map(({ service }) => service)).size + errors;
}

function droppedSpans(pages: readonly string[]): number {
  return pages
    .flatMap(parseExposition)
    .filter(
      ({ name, labels }) => name === 'sightline_export_dropped_items_total' && labels['signal'] === 'traces',
    )
    .reduce((sum, { value }) => sum + value, 0);
}

/** Does something again and again until the signal aborts. */
async function repeat(
  everyMs: number,
  action: () => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await action();
    // oxlint-disable-next-line no-await-in-loop -- see above
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

/** Resolves when the signal aborts. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseOptions } from '@sightline/errors';
import { parseLogql } from '@sightline/query/logql';
import { type SaveSamples, evaluateWith, readRuleFile } from '@sightline/query/promql/rules';
import { receiverStatuses } from '../alerting/alertmanager-config.ts';
import { createAlertmanager } from '../alerting/create-alertmanager.ts';
import { evaluateLogql } from '../alerting/evaluate-logql.ts';
import { createNotifier } from '../alerting/notifier.ts';
import { createRuleRunner } from '../alerting/rule-runner.ts';
import { createSilences } from '../alerting/silences.ts';
import { compareRuns } from '../compare/compare-runs.ts';
import { createScrapeManager } from '../ingest/scrape/scrape-manager.ts';
import { alertmanagerRoutes } from '../read/alertmanager-routes.ts';
import { dashboardRoutes } from '../read/dashboard-routes.ts';
import { federateRoute } from '../read/federate-route.ts';
import { lokiDetectionRoutes } from '../read/loki-detection-routes.ts';
import { lokiRoutes } from '../read/loki-routes.ts';
import { serveTails } from '../read/loki-tail.ts';
import { lokiRulerRoutes } from '../read/loki-ruler-routes.ts';
import { lokiVolumeRoutes } from '../read/loki-volume-routes.ts';
import { ownRoutes } from '../read/own-routes.ts';
import { prometheusRoutes } from '../read/prometheus-routes.ts';
import { prometheusStatusRoutes } from '../read/prometheus-status-routes.ts';
import { runbookRoutes } from '../read/runbook-routes.ts';
import { prometheusTargetRoutes } from '../read/prometheus-target-routes.ts';
import { tempoRoutes } from '../read/tempo-routes.ts';
import { createAppFiles } from '../server/app-files.ts';
import { createGuard } from '../server/guard.ts';
import { checkOpen, listen } from '../server/listen.ts';
import { nodeHttp } from '../server/node-http.ts';
import { createRequestHandler } from '../server/request-handler.ts';
import type { CountingSink } from '../store/sample-sink.ts';
import { version } from '../version.ts';
import { readAlertmanagerFile } from './alertmanager-file.ts';
import { type Core, openCore } from './core.ts';
import { rulesEntry, scrapeEntry } from './journal-entries.ts';
import type { Keeper } from './keeper.ts';
import { keptSilences } from './kept-silences.ts';
import { keptTold } from './kept-told.ts';
import type { LocalStack } from './local-stack.ts';
import { openDataDir } from './open-data-dir.ts';
import { type LocalOptions, type ResolvedLocalOptions, localOptionsSchema } from './options.ts';
import { createReader } from './reader.ts';
import { openRuleGroups, readRuleFiles } from './rule-files.ts';
import { selfOf } from './self.ts';
import { waitUntil } from './wait-for.ts';

const EXPIRE_EVERY_MS = 30_000;
const onProblem = (message: string): void => process.emitWarning(message, { code: 'SIGHTLINE_LOCAL_FAILED' });

/**
 * Starts the embedded stack: one process and one port that take logs, metrics and traces, answer as Prometheus, Loki,
 * Tempo and Alertmanager do, and evaluate rules. For laptops, tests and CI; production uses the real engines.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, `SIGHTLINE_LOCAL_OPEN`, `SIGHTLINE_LOCAL_PORT`, `SIGHTLINE_LOCAL_RULES`,
 *   `SIGHTLINE_LOCAL_ALERTMANAGER`, `SIGHTLINE_LOCAL_DATA`
 * @example
 * const stack = await startLocal({ port: 0 });
 * await stack.waitFor((s) => s.traces('{ status = error }'));
 * await stack.close();
 */
export async function startLocal(input: LocalOptions = {}): Promise<LocalStack> {
  const options = parseOptions('startLocal', localOptionsSchema, input);
  checkOpen(options);
  const now = Date.now;
  const startedAtMs = now();
  const alertmanagerConfig = readAlertmanagerFile(options.alertmanager);
  const ruleFiles = await readRuleFiles(options.rules, readRuleFile);
  const logRuleFiles = await readRuleFiles(options.logRules, (path, text) =>
    readRuleFile(path, text, parseLogql),
  );
  const { core, server, url } = await open(options, now);
  // From here to the end nothing waits: a request that comes meanwhile finds everything in its place.
  const { stores, ingest, changes, promql, logql, keeper } = core;
  const silences = createSilences(keeper && keptSilences(keeper), onProblem);
  const told = keeper && { told: keptTold(keeper), nowMs: startedAtMs };
  const manager = createAlertmanager(alertmanagerConfig, silences, told);
  const evaluation = {
    save: saveInto(ingest.recorded, keeper, now),
    restoreFrom: stores.series,
    externalUrl: url,
    defaultIntervalMs: options.evaluationIntervalMs,
    maxIntervalMs: options.maxEvaluationIntervalMs,
  };
  const logGroups = openRuleGroups(logRuleFiles, { ...evaluation, evaluate: evaluateLogql(logql) });
  const groups = [
    ...openRuleGroups(ruleFiles, { ...evaluation, evaluate: evaluateWith(promql) }),
    ...logGroups,
  ];
  const closing = new AbortController();
  const guard = createGuard({ host: options.host, token: options.token, allowedHosts: options.allowedHosts });
  const notifier = createNotifier({ manager, externalUrl: url, now, onProblem });
  const scraper = createScrapeManager({
    ...options.scrape,
    maxPageBytes: options.limits.uncompressedBytes,
    sink: ingest.scraped,
    now,
    onProblem,
    onScrape: keeper && ((scrape) => keeper.offer(scrapeEntry(scrape))),
    onRound: () => changes.notify(),
  });
  const runner = createRuleRunner({
    files: groups,
    post(alerts) {
      manager.post(alerts, now());
      notifier.wake();
    },
    now,
    generatorUrl: (expression) => `${url}/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=1`,
    onEvaluated: () => changes.notify(),
    onProblem,
  });
  notifier.listen(() => changes.notify());
  notifier.wake();
  server.on(
    'request',
    createRequestHandler({
      admission: core.admission,
      routes: [
        ...core.taking,
        ...prometheusRoutes({ engine: promql, stores, now }),
        federateRoute(stores, now),
        ...prometheusStatusRoutes({
          stores,
          targets: () => scraper.targets(),
          ruleFiles: () => groups,
          version,
          startedAtMs,
          scrapeIntervalMs: options.scrape.intervalMs,
          scrapeTimeoutMs: options.scrape.timeoutMs,
          retentionMs: options.retentionMs,
          externalUrl: url,
        }),
        ...prometheusTargetRoutes({ stores, targets: () => scraper.targets(), now }),
        ...lokiRoutes({ engine: logql, lists: core.logLists, now, version }),
        ...lokiVolumeRoutes({ lists: core.logLists, now }),
        ...lokiRulerRoutes(logGroups),
        ...lokiDetectionRoutes({ engine: logql, lists: core.logLists, now, version }),
        ...tempoRoutes({ traces: stores.traces, now, version }),
        ...alertmanagerRoutes({ manager, now, startedAtMs, version, onChange: () => notifier.wake() }),
        ...runbookRoutes(options.runbooks),
        ...dashboardRoutes(options.dashboards),
        ...ownRoutes({
          self: () => stack.self(),
          runs: () => stack.runs(),
          compare: (choice, signal) =>
            compareRuns({ promql, logql, stores, runs: () => stack.runs(), now }, choice, signal),
          deliveries: () => notifier.history(),
        }),
      ],
      guard,
      app: createAppFiles(),
      limits: {
        maxBodyBytes: options.limits.bodyBytes,
        maxUncompressedBytes: options.limits.uncompressedBytes,
      },
      onFailure: (path, error) =>
        onProblem(`${path}: ${error instanceof Error ? error.stack : String(error)}`),
    }),
  );
  serveTails(server, { engine: logql, newLines: core.newLines, guard, now, closing: closing.signal });
  const expiring = setInterval(() => {
    stores.expire(now());
    keeper?.expire(now());
  }, EXPIRE_EVERY_MS);
  expiring.unref();
  const counting = setInterval(() => {
    void ingest.spanNumbers.write().then(() => changes.notify());
  }, options.spanMetricsIntervalMs);
  counting.unref();
  scraper.start();
  runner.start();

  let closed: Promise<void> | undefined;
  const stack: LocalStack = {
    url,
    port: (server.address() as AddressInfo).port,
    ...createReader({ core, manager, now }),
    notifications: () => notifier.history(),
    receivers: () => receiverStatuses(manager.config),
    onNotification: (listener) => notifier.listen(listener),
    targets: () => scraper.targets(),
    runs: () => core.runs.all(),
    self: () => selfOf({ version, startedAtMs, ingest, stores, keeper, admission: core.admission }),
    scrape: (job) => scraper.add(job),
    async round() {
      await scraper.round();
      await ingest.spanNumbers.write();
      await runner.round();
    },
    waitFor: (condition, { timeoutMs = 30_000, what = 'the condition holds' } = {}) =>
      waitUntil({ condition: () => condition(stack), changes, timeoutMs, what, closing: closing.signal }),
    close: () => (closed ??= closeAll()),
  };
  return stack;

  async function closeAll(): Promise<void> {
    closing.abort();
    clearInterval(expiring);
    clearInterval(counting);
    await Promise.all([scraper.close(), runner.close(), notifier.close()]);
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    keeper?.close();
  }
}

/** Opens what is kept, and the port; the folder is let go of where that cannot be. */
async function open(
  options: ResolvedLocalOptions,
  now: () => number,
): Promise<{ readonly core: Core; readonly server: Server; readonly url: string }> {
  const journal = await openDataDir(options);
  try {
    const core = await openCore({ options, journal, now, onProblem });
    const server = nodeHttp.createServer({ keepAliveTimeout: 60_000, requestTimeout: 60_000 });
    return { core, server, url: await listen(server, options) };
  } catch (error) {
    journal?.close();
    throw error;
  }
}

/** Saves what rules result in as series, and in the journal. */
function saveInto(sink: CountingSink, keeper: Keeper | undefined, now: () => number): SaveSamples {
  return (samples) => {
    for (const { labels, timeMs, value } of samples)
      sink.sample(labels, timeMs, value === 'stale' ? undefined : value);
    if (samples.length > 0) keeper?.offer(rulesEntry(samples, now()));
    return undefined;
  };
}

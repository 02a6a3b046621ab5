import { resourceFromAttributes } from '@opentelemetry/resources';
import type { SightlineError } from '@sightline/errors';
import { flushLoggers, lokiStats } from '@sightline/logger';
import { createMetrics, observeRuntime } from '@sightline/metrics';
import { createRedactor } from '@sightline/redact';
import { isMainThread } from 'node:worker_threads';
import { createAdmin } from './admin/create-admin.ts';
import { admitPlugins } from './admitted-plugins.ts';
import { builtInPlugins } from './built-in-plugins.ts';
import type { Config } from './config/config.ts';
import { createPropagator } from './config/propagators.ts';
import { endInstance } from './current.ts';
import { writeDiagnostics } from './diagnostics.ts';
import { registerGlobals } from './globals.ts';
import { createHealthyService } from './health/healthy-service.ts';
import { observeService } from './hooks/observe-service.ts';
import { waitFor } from './lifecycle/deadline.ts';
import { ownLifecycle } from './lifecycle/lifecycle.ts';
import { createServiceLogger, linesDestination, namedDestinations } from './logging.ts';
import { createOutbox } from './outbox.ts';
import { createPluginHost } from './plugin-host.ts';
import { mergedRedactOptions } from './redact-options.ts';
import { createReporter } from './reporter.ts';
import { observeRequests } from './requests.ts';
import { createServiceResilience } from './resilience.ts';
import type { Finding } from './report/finding.ts';
import { resourceAttributes } from './resource/resource-attributes.ts';
import { observeSelf } from './self-metrics.ts';
import { noPageFinding, pageOwner, shareMetrics } from './sharing.ts';
import type { Sightline } from './sightline.ts';
import { createStatus } from './status/create-status.ts';
import { tellWaitingSpans, watchThreadLosses } from './thread-losses.ts';
import { consoleSpans } from './traces/console-spans.ts';
import { createTracing } from './traces/create-tracing.ts';
import type { NamedSpanProcessor } from './traces/span-processors.ts';

/**
 * Makes everything that the configuration asks for and sets it to work.
 *
 * @param findings what is wrong with the installation
 * @param wrong what is wrong with the configuration
 */
export function createInstance(
  given: Config,
  findings: readonly Finding[],
  wrong: readonly SightlineError[] = [],
): Sightline {
  const admitted = admitPlugins(given.plugins);
  const config: Config = { ...given, plugins: admitted.plugins };
  const redact = mergedRedactOptions(config.redact, config.plugins);
  const attributes = resourceAttributes(config, createRedactor(redact), admitted.resourceAttributes);
  const resource = resourceFromAttributes(attributes);
  const outbox = createOutbox(config, resource, (problem) => report.export(problem));
  const ownLines = linesDestination(config, { signals: false });
  const logger = createServiceLogger(config, attributes, redact, outbox.logs, ownLines);
  const { redactor } = logger;

  const report = createReporter({ config, logger, redactor, address: () => admin.address });
  for (const finding of findings) report.finding(finding);
  const onProblem = (problem: SightlineError): void => report.problem(problem);
  wrong.forEach(onProblem);
  const metrics = createMetrics({
    serviceVersion: textOf(attributes['service.version']),
    exemplars: config.metrics.exemplars,
    seriesBounds: config.metrics.seriesBounds,
    redactor,
    onProblem,
  });
  const host = createPluginHost(onProblem, admitted.refused);
  const processors = spanProcessors(config);
  const tracing = createTracing({
    resource,
    redactor,
    sampler: config.traces.sampler,
    target: config.traces.exporters.includes('otlp') ? config.traces.otlp : undefined,
    limits: config.traces.limits,
    batch: config.traces.batch,
    bias: config.traces.bias,
    spanProcessors: processors,
    onQueued: tellWaitingSpans(),
    onProblem: report.export,
  });
  const { tracerProvider } = tracing;
  outbox.begin({ metrics, tracing, hasProcessors: processors.length > 0 });

  const diagnostics = logger.child({ module: 'opentelemetry' });
  const stopDiagnostics = writeDiagnostics(config.diagnosticLevel, (level, fields, message) =>
    diagnostics[level](fields, message),
  );
  const { meterProvider } = metrics;
  const unregisterGlobals = registerGlobals({
    tracerProvider,
    meterProvider,
    propagator: config.propagators.length > 0 ? createPropagator(config.propagators) : undefined,
  });

  const service = observeService({ config, metrics, report, providers: { tracerProvider, meterProvider } });
  const requests = observeRequests({
    config,
    tracer: tracerProvider.getTracer('@sightline/http'),
    redactor,
    isOn: service.isOn,
    onProblem,
    onObserved: report.instrumented,
  });
  service.begin(requests.targets);
  const status = createStatus({
    config,
    resource: attributes,
    redactor,
    telemetry: {
      report: report.details,
      requests: () => ({ server: requests.server?.stats(), client: requests.client?.stats() }),
      exports: outbox.stats,
      metrics: () => ({ problems: metrics.problems.map(({ message }) => message) }),
      plugins: host.stats,
    },
  });

  let isPortTaken = false;
  const admin = createAdmin({
    routes: [],
    host: config.admin.host,
    port: config.admin.port,
    token: config.admin.token,
    onProblem(problem) {
      isPortTaken ||= problem.code === 'SIGHTLINE_ADMIN_PORT';
      onProblem(problem);
    },
    onListening({ port }) {
      if (isPortTaken) lines.info({}, `the admin server has its port now, and listens on ${port}`);
    },
  });
  requests.server?.ignore(admin.server);
  const lines = logger.child({ module: 'sightline' });
  const { health, drain, drainAtSignal, ...healthy } = createHealthyService({
    config,
    attributes,
    metrics,
    redactor,
    write: (level, fields, message) => lines[level](fields, message),
    adminServer: admin.server,
    onProblem,
  });
  const resilience = createServiceResilience({
    config,
    metrics,
    logger: lines,
    health,
    redactor,
    addStatus: status.add,
    onProblem,
  });

  const stops: (() => void)[] = [
    stopDiagnostics,
    healthy.stop,
    watchThreadLosses(tracing.countLost),
    resilience.close,
    service.stop,
    requests.stop,
    metrics.observeActiveRequests({
      ...(requests.server && { server: requests.server.active }),
      ...(requests.client && { client: requests.client.active }),
    }),
    observeSelf(metrics.registry, {
      logger: () => logger.stats(),
      stream: config.logs.stdout ? 'stdout' : 'other',
      loki: lokiStats,
      exports: outbox.signals,
      optionProblems: config.problems.length,
      startedMs: Date.now(),
    }),
  ];
  if (config.metrics.enabled && config.metrics.runtime)
    stops.push(observeRuntime(metrics.registry, { scope: isMainThread ? 'process' : 'thread' }));

  const firstRequest = { prepare: () => report.write };

  async function flush(deadlineMs = config.shutdown.deadlineMs): Promise<void> {
    await Promise.all([outbox.flush(deadlineMs), flushLoggers(deadlineMs), flushLines(deadlineMs)]);
  }

  /** Also where they are not among those that `flushLoggers` knows. */
  async function flushLines(deadlineMs: number): Promise<void> {
    const destinations = [...(ownLines === undefined ? [] : [ownLines]), ...namedDestinations(config)];
    await Promise.all(
      destinations.map(
        (each) =>
          waitFor(() => new Promise<void>((resolve) => each.flush(() => resolve())), deadlineMs).ended,
      ),
    );
  }

  /** Also where the process ends before it is up, perhaps by that. */
  function tellWrong(): void {
    if (wrong.length > 0) report.write();
  }

  let ending: Promise<void> | undefined;
  let hasEnded = false;
  async function end(deadlineMs: number): Promise<void> {
    const endsAtMs = performance.now() + deadlineMs;
    const leftMs = (): number => Math.max(0, endsAtMs - performance.now());
    await host.end(leftMs());
    await Promise.all([outbox.shutdown(leftMs()), flushLoggers(leftMs())]);
    for (const stop of stops) stop();
    unregisterGlobals();
    report.stop();
    await admin.close();
    metrics.close();
    await logger.close();
  }

  function letGo(): void {
    hasEnded = true;
    endInstance(sightline);
  }

  const sightline: Sightline = {
    get enabled() {
      return !hasEnded;
    },
    logger,
    metrics,
    health,
    drain,
    watch: resilience.watch,
    redactor,
    tracerProvider,
    meterProvider,
    admin: {
      get address() {
        return admin.address;
      },
      handler: admin.handler,
    },
    status: status.read,
    flush,
    shutdown: (deadlineMs = config.shutdown.deadlineMs) => (ending ??= end(deadlineMs).finally(letGo)),
  };

  stops.push(
    ownLifecycle({
      deadlineMs: config.shutdown.deadlineMs,
      beforeEnd(deadlineMs) {
        tellWrong();
        return host.end(deadlineMs);
      },
      flush,
      flushSync: outbox.flushSync,
      ...(drainAtSignal && { drain: drainAtSignal }),
      onCrash({ error, origin, fatal }) {
        if (!fatal) return;
        tellWrong();
        tracing.recordCrash(error);
        logger.fatal({ err: error, origin }, 'the process ends by an error that nobody caught');
      },
    }),
  );

  const sharing = { name: 'sightline-sharing', start: () => shareMetrics(metrics) };
  requests.server?.addSink(firstRequest);
  const builtIn = builtInPlugins({
    config,
    logger,
    metrics,
    health,
    readStatus: status.read,
    onPageFailure: report.page,
  });
  host.start(sightline, [...builtIn, sharing, ...config.plugins], {
    addRequestSink: (sink) => requests.server?.addSink(sink),
    addClientRequestSink: (sink) => requests.client?.addSink(sink),
    addRoute: admin.addRoute,
    addStatus: status.add,
    addCheck: (name, check) => health.add(name, check).dispose,
    addDrainHook: drain.add,
  });
  const owner = pageOwner();
  if (config.admin.enabled && owner === 'self') void admin.listen();
  if (config.admin.enabled && config.metrics.page && owner === 'nobody') report.finding(noPageFinding);
  return sightline;
}

function spanProcessors({ traces, plugins }: Config): NamedSpanProcessor[] {
  const added = plugins.flatMap(({ name, spanProcessors: processors = [] }) =>
    processors.map((processor) => ({ name, processor })),
  );
  return traces.exporters.includes('console') ? [consoleSpans(), ...added] : added;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What a code stands for and what whoever meets it can do. */
export interface ErrorCatalogueEntry {
  /** One sentence: what happened. */
  readonly meaning: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
}

/**
 * Every error code, in the order of the packages. A new one goes here first: a test refuses a code in any package's
 * source that is not listed, and another the README whose table is out of date (CONTRIBUTING.md says how to renew it).
 */
export const errorCatalogue = {
  SIGHTLINE_OPTIONS: {
    meaning: 'An option or an environment variable has a wrong value or an unknown name.',
    fix: 'Correct each value the message names; without SIGHTLINE_STRICT=true the default is used instead.',
  },
  SIGHTLINE_REDACT_RULE: {
    meaning: 'A custom redaction rule cannot work.',
    fix: 'Correct the rule as the message says; the built-in rules hold meanwhile.',
  },
  SIGHTLINE_AUDIT: {
    meaning: 'An audit record does not fit its schema.',
    fix: 'Pass every field that the message names; a record that is not written is no audit trail.',
  },
  SIGHTLINE_LOG_ARGUMENTS: {
    meaning:
      'A log call had arguments that its text has no places for, so they are not in the line, as with pino.',
    fix: 'Put fields in front of the text, or a %s, %d or %o for each argument into it.',
  },
  SIGHTLINE_LOGGER_MODULE_LEVEL: {
    meaning: 'A level that was set at run time, for the logger or for one module, is not a level.',
    fix: 'Use trace, debug, info, warn, error, fatal or silent; the level stays as it was.',
  },
  SIGHTLINE_DESTINATION: {
    meaning: 'A log destination cannot be opened, or threw when it was written to.',
    fix: 'Check that the path exists and may be written, or choose another destination.',
  },
  SIGHTLINE_LOKI_REJECTED: {
    meaning: 'Loki refused lines for good; they are dropped and counted.',
    fix: 'Read the reason in the message: mostly too many labels, lines that are too long or lines that are too old.',
  },
  SIGHTLINE_LOKI_MISCONFIGURED: {
    meaning: 'Loki or a proxy before it refuses every push, or the structured metadata of every line.',
    fix: 'Correct what the message names: credentials, a tenant, the address, a limit; meanwhile lines wait, or go without metadata.',
  },
  SIGHTLINE_LOKI_STREAMS: {
    meaning: 'Too many different labels: new streams go without the labels taken from the lines.',
    fix: 'Take fields with few values only as labels in propsToLabels; search the others in the line.',
  },
  SIGHTLINE_LOKI_UNREACHABLE: {
    meaning: 'Loki does not answer; lines wait in memory or in the spool and are sent again.',
    fix: 'Check the address, the network and that Loki is up; nothing is lost until the buffer is full.',
  },
  SIGHTLINE_LOKI_DROPPED: {
    meaning: 'Lines for Loki were dropped because the buffer was full or the deadline at exit had passed.',
    fix: 'Bring Loki back, give the buffer more room or turn on the spool.',
  },
  SIGHTLINE_LOKI_SPOOL: {
    meaning: 'The spool on disk cannot be read or written, so lines wait in memory only.',
    fix: 'Check the rights and the free space of the spool folder.',
  },
  SIGHTLINE_STDOUT_DROPPED: {
    meaning: 'Lines for stdout were dropped because whoever reads it does not keep up.',
    fix: 'Find out why the reader of stdout stalls, or log less.',
  },
  SIGHTLINE_LANE_DROPPED: {
    meaning:
      'Log lines were dropped because the thread that ships them did not keep up, or not by the end of the process.',
    fix: 'Log less, raise maxInFlightBytes or exitDeadlineMs, or give Loki a spool.',
  },
  SIGHTLINE_WORKER_LOST: {
    meaning: 'The thread that ships log lines ended unexpectedly.',
    fix: 'Read the cause in the message; lines wait, within bounds, until the thread is up again.',
  },
  SIGHTLINE_ADMIN_PORT: {
    meaning:
      'The admin server cannot listen on its address; the service runs, and it is tried again now and then.',
    fix: 'Set OTEL_EXPORTER_PROMETHEUS_PORT to a port of its own for each service of a machine: 9465, 9466 and so on.',
  },
  SIGHTLINE_ADMIN_ROUTE: {
    meaning: 'A path of the admin server cannot be added, or its handler threw.',
    fix: 'Correct the route as the message says; the other paths answer meanwhile.',
  },
  SIGHTLINE_HTTP_SINK: {
    meaning: 'A sink of request records threw, or what opens the span of a request or ends it did.',
    fix: 'Correct what the message names; the request went on, what the sink would have done is lost and counted.',
  },
  SIGHTLINE_HEALTH_CHECK: {
    meaning:
      'A health check, a group or a start-up task cannot be as it is written: a name is taken, unknown or in a cycle.',
    fix: 'Correct each name that the message lists; until then the start-up probe does not pass.',
  },
  SIGHTLINE_CHECK_CLIENT: {
    meaning:
      'A built-in health check was given something that is not the client, pool or source that it checks.',
    fix: 'Pass the object itself that the message names, not its address, its options or a promise of it.',
  },
  SIGHTLINE_HEALTH_OBSERVER: {
    meaning: 'What is told of health results threw.',
    fix: 'Correct what the message names; the checks and the probes went on.',
  },
  SIGHTLINE_HEALTH_WATCHDOG: {
    meaning: 'The thread that watches the main thread could not start, ended, or cannot listen on its port.',
    fix: 'Read the cause in the message; the probes of the main thread answer meanwhile.',
  },
  SIGHTLINE_EXPORT_UNREACHABLE: {
    meaning: 'A collector does not take traces, metrics or logs; they wait within bounds and are sent again.',
    fix: 'Check OTEL_EXPORTER_OTLP_ENDPOINT, the network and that the collector is up; what is lost is counted.',
  },
  SIGHTLINE_EXPORT_REJECTED: {
    meaning: 'A collector refuses traces, metrics or logs for good; they are dropped and counted.',
    fix: 'Read the reason in the message: mostly credentials, the address or the protocol.',
  },
  SIGHTLINE_EXPORT_TOO_LARGE: {
    meaning:
      'A collector, or a proxy before it, takes no request as large as those of traces, metrics or logs; they go in smaller ones.',
    fix: 'Raise the limit there, or set OTEL_BSP_MAX_EXPORT_BATCH_SIZE or OTEL_BLRP_MAX_EXPORT_BATCH_SIZE lower.',
  },
  SIGHTLINE_EXPORT_PROTOCOL: {
    meaning: 'The protocol that is asked for needs a package that is not installed; http/protobuf is used.',
    fix: 'Install the package that the message names, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf and the port of it.',
  },
  SIGHTLINE_SPAN_PROCESSOR: {
    meaning: 'A span processor threw and is left out from then on.',
    fix: 'Correct the processor; spans are exported without it meanwhile.',
  },
  SIGHTLINE_METRIC: {
    meaning: 'A metric cannot stand on the page as it was defined or recorded.',
    fix: 'Correct what the message names; meanwhile the metric stands there under a corrected name, or is left out.',
  },
  SIGHTLINE_SERIES_BOUND: {
    meaning: 'A metric has reached its bound of label sets; new ones are counted in its overflow series.',
    fix: 'Take the values of the label that the message names from a small set, or raise the bound of that metric.',
  },
  SIGHTLINE_METRIC_SOURCE: {
    meaning: 'What another registry or process has is missing on a page, as a whole or in part.',
    fix: 'Correct what the message names; the rest of the page is there.',
  },
  SIGHTLINE_CLUSTER_PAGE: {
    meaning:
      'The metrics of a worker of a cluster are on no page, as the first process does not run Sightline.',
    fix: 'Start the first process with node --import @sightline/bootstrap/register as well, or call start() in it before it forks.',
  },
  SIGHTLINE_LOADED_LATE: {
    meaning:
      'Something of the service was loaded before Sightline, so that part of what it does is not seen.',
    fix: 'Start with node --import @sightline/bootstrap/register, before everything else.',
  },
  SIGHTLINE_NOT_INSTRUMENTED: {
    meaning: 'A library cannot be instrumented: its version is unknown, or it does not look as expected.',
    fix: 'Read the reason in the message; use a version in the range that it names. The service runs as it would.',
  },
  SIGHTLINE_INSTRUMENTATION_NAME: {
    meaning: 'A list of instrumentations names one that there is not.',
    fix: 'Correct OTEL_NODE_ENABLED_INSTRUMENTATIONS or OTEL_NODE_DISABLED_INSTRUMENTATIONS; the other names hold.',
  },
  SIGHTLINE_TWO_APIS: {
    meaning: 'The service has another copy of @opentelemetry/api, which does not see the one in use.',
    fix: 'Install one version: the newest 1.x that every package can share.',
  },
  SIGHTLINE_TWO_PROM_CLIENTS: {
    meaning: 'Two Prometheus clients are in use; the metrics of both are on the page.',
    fix: 'Take @prometheus-io/client, the maintained successor of prom-client, for everything.',
  },
  SIGHTLINE_WATCH_UNKNOWN: {
    meaning:
      'What was given to be watched is nothing that can be watched, or not of the kind that was named.',
    fix: 'Pass the breaker, policy, limiter, cache or pool itself, as the message says, or bring a watcher of your own.',
  },
  SIGHTLINE_WATCH_NAME: {
    meaning:
      'Another thing of the same kind is watched under this name; the new one goes by the name with #2.',
    fix: 'Give each its own name, or dispose of the first one before it is replaced.',
  },
  SIGHTLINE_WATCH: {
    meaning: 'Watching a thing failed in part, such as a metric that cannot be had, or a watcher that threw.',
    fix: 'Correct what the message names; the thing works as it did, and what is not affected is still watched.',
  },
  SIGHTLINE_FOREIGN_SDK: {
    meaning: 'Another OpenTelemetry SDK was there before Sightline, and keeps what it has registered.',
    fix: 'Start one of them alone: take away the other preload, or set OTEL_SDK_DISABLED=true for Sightline.',
  },
  SIGHTLINE_DOUBLE_TELEMETRY: {
    meaning:
      'A package that records what Sightline records as well is loaded: lines, spans or metrics come twice.',
    fix: 'Take the package away, or turn off what it does twice, as the message says.',
  },
  SIGHTLINE_PLUGIN: {
    meaning: 'A plug-in threw when it was started or ended, or its name was taken.',
    fix: 'Correct it; it is left out with all its parts, and everything else runs.',
  },
  SIGHTLINE_DRAIN_HOOK: {
    meaning: 'Something that ends with the service threw, or was not done in its time; the end went on.',
    fix: 'See the cause in the line; give the hook more time with timeoutMs where it needs it.',
  },
  SIGHTLINE_DRAIN_CUT: {
    meaning: 'Requests or other connections were still under way at the end, and were cut off.',
    fix: 'Make them shorter, give them more time with SIGHTLINE_DRAIN_DEADLINE_MS, or end them in a hook of the phase servers.',
  },
  SIGHTLINE_NODE_VERSION: {
    meaning:
      'This Node.js is older than what Sightline works on; a service runs without it, a command not at all.',
    fix: 'Update to Node.js 22.15 or later, or take the preload away.',
  },
  SIGHTLINE_NOT_STARTED: {
    meaning: 'The instance is used, and nothing has started it.',
    fix: 'Start with node --import @sightline/bootstrap/register, or call start() first; until then only the logger works.',
  },
  SIGHTLINE_DASHBOARD: {
    meaning: 'A dashboard cannot be made as it is defined: a panel or a variable in it is wrong.',
    fix: 'Correct what the message names where the dashboard or its panels are defined.',
  },
  SIGHTLINE_GRAFANA_UNREACHABLE: {
    meaning: 'Grafana does not answer, or answers something else than its API does.',
    fix: 'Check the URL, with its path where a proxy adds one, the network, and that Grafana is up.',
  },
  SIGHTLINE_GRAFANA_TOKEN: {
    meaning: 'Grafana does not know the token, or the token may not do this.',
    fix: 'Make a token of a service account that has the role Editor or Admin, and pass it as GRAFANA_TOKEN or by file.',
  },
  SIGHTLINE_GRAFANA_CONFLICT: {
    meaning: 'A dashboard in Grafana was changed by somebody else, or is not one that a push has made.',
    fix: 'Look at the difference; then push with the overwrite rule always, or give yours another uid.',
  },
  SIGHTLINE_GRAFANA_REJECTED: {
    meaning: 'Grafana refused a request for another reason.',
    fix: 'Read what Grafana said in the message, and correct it there or in the dashboard.',
  },
  SIGHTLINE_BURN_WINDOW: {
    meaning: 'A burn rate was asked for over a window that does not fit into the period of the SLO.',
    fix: 'Take a window that is longer than nothing and not longer than the period, in seconds.',
  },
  SIGHTLINE_RECEIVER: {
    meaning:
      'The environment configures a receiver of alerts in part, twice, or by a name that there is not.',
    fix: 'Correct every variable that the message names.',
  },
  SIGHTLINE_OPEN_SLO: {
    meaning: 'A document in the form of OpenSLO has something that no rules can be made of.',
    fix: 'Correct everything that the message lists; each line names the SLO.',
  },
  SIGHTLINE_CLI_USAGE: {
    meaning: 'A command, an option or an argument of the command line is unknown, missing or wrong.',
    fix: 'Correct what the message names; sightline help and the name of the command tell what it takes.',
  },
  SIGHTLINE_CLI_FILE: {
    meaning: 'A file or folder that a command was given cannot be read, written or understood.',
    fix: 'Check the path, the rights and what the file holds, as the message says.',
  },
  SIGHTLINE_CLI_CHANGED_FILES: {
    meaning:
      'Files that would be written over were changed by somebody, or stand there and were never generated.',
    fix: 'Look at the difference; move the changes into the options, or write over them with --force.',
  },
  SIGHTLINE_CLI_PROGRAM: {
    meaning: 'A program that a command runs is not installed, or could not be started.',
    fix: 'Install it so that it is on the PATH, or name its path with the option of the command.',
  },
  SIGHTLINE_CLI_ENGINE: {
    meaning: 'There is no container engine with Compose, or it does not do what it was asked for.',
    fix: 'Install or start Docker with Compose 2.24 or later, as the message says, or run sightline up --native.',
  },
  SIGHTLINE_CLI_STACK: {
    meaning: 'The files of the stack (compose, alerts, dashboards) are not where they were looked for.',
    fix: 'Name the folder that holds them with --stack, or leave it out.',
  },
  SIGHTLINE_CLI_PORT: {
    meaning: 'A port that a server of the stack needs is taken by something else.',
    fix: 'End what has it, or give the server another one with the variable that the message names.',
  },
  SIGHTLINE_ALERTMANAGER_UNREACHABLE: {
    meaning: 'Alertmanager does not answer, or answers something else than its API does.',
    fix: 'Check the URL, with its path where a proxy adds one, the network, and that Alertmanager is up.',
  },
  SIGHTLINE_ALERTMANAGER_REJECTED: {
    meaning: 'Alertmanager refused a request.',
    fix: 'Read what it said in the message: mostly credentials, or a label that it does not take.',
  },
  SIGHTLINE_RULE_TESTS: {
    meaning: 'Tests of alerting or recording rules did not find what they expect.',
    fix: 'Read the differences in the message; change the rule, or what the test expects of it.',
  },
  SIGHTLINE_LOCAL_RULES: {
    meaning: 'A file of alerting or recording rules that the embedded stack was given cannot be read.',
    fix: 'Correct each place that the message names, as promtool check rules would.',
  },
  SIGHTLINE_LOCAL_ALERTMANAGER: {
    meaning: 'The alertmanager.yml that the embedded stack was given cannot be acted on.',
    fix: 'Correct each place that the message names, as amtool check-config would.',
  },
  SIGHTLINE_LOCAL_OPEN: {
    meaning: 'The embedded stack was to listen on more than this machine without a token.',
    fix: 'Pass a token of 16 characters or more, or leave host at 127.0.0.1.',
  },
  SIGHTLINE_LOCAL_PORT: {
    meaning: 'The port of the embedded stack is taken, or may not be used.',
    fix: 'End what has it, choose another one, or pass port 0 for a free one.',
  },
  SIGHTLINE_LOCAL_DATA: {
    meaning: 'The folder in which the embedded stack keeps what came in cannot be used.',
    fix: 'Check its rights and free space, or name another folder; what is in it is left as it was.',
  },
  SIGHTLINE_LOCAL_FAILED: {
    meaning:
      'A part of the embedded stack failed: a request, a file of targets, an evaluation or an entry of its journal.',
    fix: 'Read the message; the rest goes on. A file that is named is read again once it is correct.',
  },
  SIGHTLINE_LOCAL_UNREACHABLE: {
    meaning: 'The embedded stack does not answer, or something else answers at its address.',
    fix: 'Start it with sightline dev, or name where it is with --url.',
  },
  SIGHTLINE_LOCAL_WAIT: {
    meaning: 'What was waited for in the embedded stack did not come about in time.',
    fix: 'Read what was seen last in the message: mostly the telemetry has another name, or was not sent.',
  },
} as const satisfies Record<`SIGHTLINE_${string}`, ErrorCatalogueEntry>;

/** A catalogued code. */
export type ErrorCode = keyof typeof errorCatalogue;

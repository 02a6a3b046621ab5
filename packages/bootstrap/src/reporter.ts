import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import type { ErrorCode, SightlineError } from '@sightline/errors';
import type { Logger } from '@sightline/logger';
import type { Redactor } from '@sightline/redact';
import type { Config } from './config/config.ts';
import { namedDestinations } from './logging.ts';
import type { ExportProblem } from './otlp/export-problems.ts';
import { describeEndpoints } from './report/endpoints.ts';
import type { Endpoints } from './report/endpoints.ts';
import type { Finding } from './report/finding.ts';
import { createStartupReport } from './report/startup-report.ts';
import type { ReportDetails, WriteReport } from './report/startup-report.ts';
import { pageOwner } from './sharing.ts';
import { version } from './version.ts';

/** Tells people what was found out, in the service's own log. */
export interface Reporter {
  finding(finding: Finding): void;
  instrumented(name: string, version: string | undefined): void;
  problem(problem: SightlineError): void;
  /** Exports that fail, and that work again. */
  export(problem: ExportProblem): void;
  /** A page of metrics that could not be written. */
  page(error: unknown): void;
  /** Writes the line of the start now. */
  write(): void;
  details(): ReportDetails;
  stop(): void;
}

export interface ReporterSetup {
  readonly config: Config;
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** Where the admin server listens. */
  readonly address: () => Endpoints['admin'];
}

/** Each kind once. */
function otherLines(config: Config): readonly string[] {
  if (config.logs.logger.transport !== undefined) return ['a transport of pino'];
  const kinds = namedDestinations(config).map(({ kind }) => kind ?? 'a destination of the service');
  return [...new Set(kinds)];
}

export function createReporter({ config, logger, redactor, address }: ReporterSetup): Reporter {
  const lines = logger.child({ module: 'sightline' });
  /** What is found out while a request is answered is not about it. */
  const log: WriteReport = (level, fields, message) =>
    context.with(ROOT_CONTEXT, () => lines[level](fields, message));
  const { traces, metrics, logs } = config;
  let tracesTarget: Endpoints['traces'] = traces.exporters.includes('otlp') ? traces.otlp : undefined;
  const report = createStartupReport({
    log,
    version,
    endpoints: () =>
      describeEndpoints(
        {
          traces: tracesTarget,
          console: traces.exporters.includes('console'),
          metrics: metrics.push ? metrics.otlp : undefined,
          logs: logs.push ? logs.otlp : undefined,
          stdout: logs.stdout,
          lines: otherLines(config),
          admin: address(),
          page: metrics.page,
          pageOwner: pageOwner(),
        },
        redactor.url,
      ),
  });

  return {
    finding: report.add,
    instrumented: report.instrumented,
    problem({ code, problem, expected, fix }) {
      report.add({ code: code as ErrorCode, severity: 'warn', problem, expected, fix });
    },
    export({ code, message, recovered, instead }) {
      if (instead) tracesTarget = instead;
      log(recovered ? 'info' : 'warn', { code }, message);
    },
    page(error) {
      log('error', { err: error }, 'the page of metrics could not be written');
    },
    write: report.write,
    details: report.details,
    stop: report.stop,
  };
}

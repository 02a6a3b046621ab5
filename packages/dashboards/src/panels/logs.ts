import { toDashboard, toLogs } from '../links.ts';
import * as logs from '../queries/logs.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, logql } from './panel.ts';
import type { PanelContext } from './context.ts';

const base = { noData: noData.logs, expects: 'series' } as const;
const ofErrors = { ...base, expects: maybeEmpty.failures } as const;
const volume = { ...base, view: 'timeseries', unit: 'short', stacked: true } as const;
const errorVolume = { ...volume, expects: maybeEmpty.failures } as const;

/** Lines by level. */
export function linesByLevelPanel(): Panel {
  return {
    ...volume,
    title: 'How many lines are there of each level?',
    description:
      'Lines in each step of the graph. Errors and warnings that grow without more requests are news.',
    queries: [logql(logs.linesByLevel(), '{{level}}')],
    links: [toDashboard('logs', 'All logs')],
  };
}

/** Lines by service. */
export function linesByServicePanel(): Panel {
  return {
    ...volume,
    title: 'Which service logs the most?',
    description: 'Lines in each step of the graph, by service.',
    queries: [logql(logs.linesByService(), '{{service_name}}')],
    alerts: ['LogSilence'],
  };
}

/** Bytes by service. */
export function logBytesPanel(): Panel {
  return {
    ...volume,
    title: 'How much do the logs cost?',
    description: 'Bytes a second that each service sends, before compression.',
    unit: 'Bps',
    queries: [logql(logs.bytesByService(), '{{service_name}}')],
  };
}

/** Errors by fingerprint. */
export function fingerprintsPanel({ thresholds }: PanelContext): Panel {
  return {
    ...ofErrors,
    view: 'table',
    title: 'Which errors are logged the most?',
    description:
      `Lines by fingerprint, which is the same for the same error at the same place. More than` +
      ` ${thresholds.errorLogsPerFingerprint} in five minutes fire the alert.`,
    unit: 'short',
    queries: [{ ...logql(logs.topFingerprints(20), 'Lines'), instant: true }],
    columns: { service_name: 'Service', type: 'Error', module: 'Module', fingerprint: 'Fingerprint' },
    sortBy: 'Lines',
    alerts: ['ErrorLogSpike', 'NewErrorFingerprint'],
    valueLinks: [toLogs('Its lines', logs.linesOfFingerprint('${__data.fields.Fingerprint}'))],
  };
}

/** Fingerprints over time. A step is as long as the graph makes it, so that no line of the alert, which is of five minutes, fits. */
export function fingerprintTrendPanel(): Panel {
  return {
    ...errorVolume,
    title: 'Since when does each error occur?',
    description: 'Lines with each fingerprint in each step. One that begins at a deploy came with it.',
    queries: [logql(logs.fingerprintLines(), '{{fingerprint}}')],
  };
}

/** Error lines by route. */
export function errorLinesByRoutePanel(): Panel {
  return {
    ...errorVolume,
    title: 'Which routes log errors?',
    description: 'Error lines in each step by the route that they were written for.',
    queries: [logql(logs.errorLinesByRoute(), '{{http_route}}')],
  };
}

/** The newest lines that hold what is searched for. */
export function streamPanel(): Panel {
  return {
    ...base,
    view: 'logs',
    title: 'What does it say now?',
    description:
      'The newest lines, of the chosen levels and with what is searched for. Open one: its trace is a click away.',
    unit: 'short',
    queries: [
      {
        ...logql(logs.readable(logs.linesWith({ ...logs.chosenStreams, level: '=~$level' }, '$search'))),
        maxLines: 200,
      },
    ],
    width: 24,
    height: 16,
  };
}

/** The newest errors. */
export function newestErrorsPanel(): Panel {
  return {
    ...ofErrors,
    view: 'logs',
    title: 'What were the newest errors?',
    description: 'The newest lines of errors. Open one: its trace is a click away.',
    unit: 'short',
    queries: [{ ...logql(logs.readable(logs.errorLines())), maxLines: 50 }],
    links: [toDashboard('logs', 'All logs')],
    width: 12,
    height: 10,
  };
}

/** Slow requests. */
export function slowRequestLinesPanel(): Panel {
  return {
    ...ofErrors,
    view: 'logs',
    title: 'Which requests were slow?',
    description: 'Lines of requests that took longer than the threshold of their route.',
    unit: 'short',
    queries: logs.slowRequests().map((lines) => Object.assign(logql(lines), { maxLines: 50 })),
    width: 12,
    height: 10,
  };
}

/** Secrets, of services with a logger alone. */
export function censoredValuesPanel(): Panel {
  return {
    ...volume,
    title: 'Which services log secrets?',
    description:
      'Values that were censored in each step, of services whose metrics nobody reads: their loggers say it once a minute.',
    queries: [logql(logs.censoredValues(), '{{service_name}}')],
    noData: `A service with a page of metrics has it there. ${noData.logs}`,
    expects: maybeEmpty.optional,
    alerts: ['SecretsInLogs'],
    width: 24,
  };
}

/** The audit trail. */
export function auditPanel(): Panel {
  return {
    ...base,
    view: 'logs',
    title: 'Who did what?',
    description:
      'Audit records: who did what to which, and how it ended. The rest is in the details of each.',
    unit: 'short',
    queries: logs.auditRecords().map((lines) => Object.assign(logql(lines), { maxLines: 50 })),
    noData: `Write audit records with logger.audit(). ${noData.logs}`,
    expects: maybeEmpty.optional,
    alerts: ['AuditFailures'],
    width: 12,
    height: 10,
  };
}

import type { LoadReport } from '../load/tally.ts';
import { type LeakSearch, type Planted, secretName } from '../planted.ts';
import type { Comparison } from './compare.ts';
import { formatCount } from './format.ts';
import type { LogBook } from './log-book.ts';
import { paint } from './paint.ts';
import type { TraceBook } from './trace-book.ts';

/** How the demo ended. */
export interface Outcome {
  readonly seconds: number;
  readonly report: LoadReport;
  readonly comparison: Comparison;
  readonly traces: Pick<TraceBook, 'spans' | 'roots'>;
  /** Spans that the services gave up on, as they count them. */
  readonly droppedSpans: number;
  readonly logs: Pick<LogBook, 'lines' | 'inTraces' | 'unreadable'>;
  /** What breakers, limits, caches and pools did, by name. */
  readonly policies: readonly (readonly [name: string, value: string])[];
  readonly planted: Planted;
  readonly leaks: LeakSearch['found'];
  /** What the services said on their error output, and what went wrong at their end. */
  readonly complaints: readonly string[];
}

/** What should not have happened; nothing after a good demo. */
export function problemsOf(outcome: Outcome): readonly string[] {
  const { report, comparison, traces, droppedSpans, logs, planted, leaks, complaints } = outcome;
  return [
    ...comparison.differences,
    ...report.failures.map((failure) => `no answer: ${failure}`),
    ...Array.from(
      leaks,
      ([secret, sources]) =>
        `the planted ${secretName(planted, secret)} was found in: ${[...sources].join(', ')}`,
    ),
    ...(traces.roots === report.sent || droppedSpans > 0
      ? []
      : [`${formatCount(report.sent)} requests made ${formatCount(traces.roots)} traces`]),
    ...logs.unreadable.map((line) => `a log line is no JSON: ${line.slice(0, 100)}`),
    ...complaints,
  ];
}

export function renderSummary(outcome: Outcome): string {
  const { seconds, report, comparison, traces, droppedSpans, logs, policies, planted, leaks } = outcome;
  const failed = report.tallies
    .filter(({ status }) => typeof status === 'number' && status >= 500)
    .reduce((sum, { count }) => sum + count, 0);
  const rows: readonly (readonly [name: string, value: string])[] = [
    [
      'sent by the visitors',
      `${formatCount(comparison.sent)} requests, ${formatCount(failed)} answered from 500 on`,
    ],
    ['counted by the storefront', `${formatCount(comparison.counted)} requests`],
    [
      'traces',
      `${formatCount(traces.roots)}, of ${formatCount(traces.spans)} spans, ${formatCount(droppedSpans)} dropped`,
    ],
    ['log lines', `${formatCount(logs.lines)}, ${formatCount(logs.inTraces)} with a trace id`],
    ...policies,
    ['secrets in the traffic', `${planted.all.length}, of which in the telemetry: ${leaks.size}`],
  ];
  const problems = problemsOf(outcome);
  return [
    '',
    paint.title(`The shop was open for ${Math.round(seconds)} s.`),
    ...rows.map(([name, value]) => `  ${name.padEnd(28)}${value}`),
    '',
    problems.length === 0
      ? paint.good('Every request was counted, by method, route and status, and no secret leaked.')
      : problems.map((problem) => paint.bad(`✗ ${problem}`)).join('\n'),
    '',
  ].join('\n');
}

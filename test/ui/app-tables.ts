import { readFileSync } from 'node:fs';
import { table } from '../markdown.ts';
import type { AppFigures, TaskFigures } from './app-figures.ts';

const figures = JSON.parse(
  readFileSync(new URL('app-figures.json', import.meta.url), 'utf8'),
) as Required<AppFigures>;

/** What others need for the same, read in their documents and sources; see the sources below the table. */
const rivals: Readonly<Record<string, readonly [string, string, string, string, string]>> = {
  'find the slow dependency': [
    '2: Traces, then one that is long; no call over all traces',
    '6: service (2), longest first (2), Find, a trace; no call over all traces',
    '4: Traces, sort by duration (2), a trace; no call over all traces',
    '1: a trace; no call over all traces',
    '3: Tempo (2), Service Graph; needs its metrics in Prometheus',
  ],
  'find the first error': [
    '1: the number of errors at the resource',
    '4 + a text: service (2), the tag `error=true`, Find; then a trace',
    '1 + a text: Traces or Logs, and a query',
    '2: Errors, then one; of Sentry SDKs',
    '3 + a query: Loki (2), Run',
  ],
  'compare deploys': [
    'not possible: another run is chosen instead, not beside',
    'not possible: Compare takes two traces',
    'not possible',
    'not possible',
    '7 + 2 queries: Split, then a query and its minutes on both sides',
  ],
  "follow one user's request": [
    '5 + a text: Structured logs, a filter for the id (3), its trace',
    '2 keys for a trace id; 3 + a text for a tag',
    '1 + a text: Traces or Logs, and a query',
    '1: a trace by eye; no search for an id',
    '3 + a text: Tempo or Loki (2), the id',
  ],
  'find the noisy route': [
    '4: Metrics, resource (2), instrument; then by its filters',
    '1 to 3: Monitor, service (2); needs a metrics store',
    '2: Metrics, one of them; by its series',
    'not possible: it takes no metrics',
    '3 + a query: Prometheus (2), Run',
  ],
};

function ourWay({ clicks, keys, way }: TaskFigures): string {
  const hands = [clicks > 0 ? String(clicks) : '', keys > 0 ? `${keys} keys` : ''];
  return `**${hands.filter((part) => part !== '').join(' + ')}**: ${way}`;
}

/** Clicks and keys of each task, beside others. */
function clickTable(): string {
  return table(
    ['', 'Sightline', 'Aspire dashboard', 'Jaeger UI', 'otel-desktop-viewer', 'Spotlight', 'Grafana Explore'],
    figures.tasks.map((task) => [task.task, ourWay(task), ...(rivals[task.task] ?? [])]),
  );
}

function paintTable(): string {
  const rows = figures.paint.map(({ data, firstPaintMs, contentMs, sentBytes }) => [
    data,
    `${firstPaintMs} ms`,
    `${contentMs} ms`,
    `${(sentBytes / 1000).toFixed(0)} kB`,
  ]);
  return [
    table(['the services page with', 'first paint', 'rows or advice', 'sent until then'], rows),
    '',
    `Medians of ${figures.paint[0]?.firstPaintsMs.length ?? 0} from loopback with an empty cache, on ${figures.machine}, at a load of ${figures.load}.`,
  ].join('\n');
}

function walkTable(): string {
  const { steps, machine, readSeconds } = figures.walk;
  return [
    table(
      ['second', 'the newcomer', 'and sees'],
      steps.map(({ seconds, does, sees }) => [seconds.toFixed(0), does, sees]),
    ),
    '',
    `With ${readSeconds} s to read each new screen, which are in it; ${machine}.`,
  ].join('\n');
}

/** What stands in the documents about the app between markers, by document and name. */
export const appTables: readonly {
  readonly file: string;
  readonly name: string;
  readonly content: string;
}[] = [
  { file: 'docs/web-app.md', name: 'clicks', content: clickTable() },
  { file: 'docs/web-app.md', name: 'first paint', content: paintTable() },
  { file: 'docs/first-incident.md', name: 'walk', content: walkTable() },
];

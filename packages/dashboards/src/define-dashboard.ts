import { SightlineError } from '@sightline/errors';
import type { Panel } from './panels/panel.ts';
import type { Variable } from './variables.ts';

/** Panels that belong together, under a heading. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** A row that is closed asks nothing until somebody opens it. */
  readonly closed?: true;
}

/** What a dashboard is made of. */
export interface DashboardDefinition {
  /** Stable: links and bookmarks go by it. At most 40 letters, digits, `-` and `_`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** In the order in which they stand; data sources come first. */
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
  /** How far back it looks at first, such as `1h`. */
  readonly timeRange: string;
  /** How often it reads again by itself, or `off`. */
  readonly refresh: string;
  /** Where the runbooks are; see the options. */
  readonly runbookBaseUrl?: string | undefined;
}

/** Where Grafana refuses a uid. */
const UID = /^[\w-]{1,40}$/;
const COLUMNS = 24;

/**
 * Checks a dashboard and freezes it. What comes back goes to `dashboardJson` or `dashboardResource`.
 *
 * Panels flow from left to right, 24 columns to a line; one that does not fit begins the next.
 *
 * @param definition titles of panels are questions and differ; a closed row asks nothing until it is opened
 * @throws {SightlineError} `SIGHTLINE_DASHBOARD`, naming everything that is wrong
 * @example
 * defineDashboard({
 *   uid: 'checkout', title: 'Checkout', description: 'How the checkout does.', tags: ['checkout'],
 *   variables: [dataSourceVariable('prometheus'), ...serviceVariables],
 *   rows: [{ title: 'Requests', panels: [requestRatePanel(context), errorRatioPanel(context)] }],
 *   timeRange: '1h', refresh: '1m',
 * })
 */
export function defineDashboard(definition: DashboardDefinition): DashboardDefinition {
  const problems = [...definitionProblems(definition)];
  if (problems.length > 0) {
    throw new SightlineError('SIGHTLINE_DASHBOARD', {
      problem: `the dashboard ${definition.uid}: ${problems.join('; ')}`,
      expected:
        'a dashboard whose panels each ask one question, in one unit, and say what to do without data',
      fix: 'correct each of these where the panel or the dashboard is defined',
    });
  }
  return Object.freeze({ ...definition });
}

function* definitionProblems(definition: DashboardDefinition): Iterable<string> {
  const { uid, title, description, variables, rows } = definition;
  if (!UID.test(uid)) yield 'its uid is not 1 to 40 letters, digits, - and _';
  if (title.trim() === '') yield 'it has no title';
  if (description.trim() === '') yield 'it has no description';
  if (rows.length === 0) yield 'it has no rows';
  const firstLabel = variables.findIndex(({ kind }) => kind !== 'data-source');
  const lastSource = variables.findLastIndex(({ kind }) => kind === 'data-source');
  if (firstLabel !== -1 && lastSource > firstLabel) yield 'a data source stands behind another variable';
  if (new Set(variables.map(({ name }) => name)).size < variables.length) yield 'two variables have one name';
  const panels = rows.flatMap((row) => row.panels);
  const titles = panels.map((panel) => panel.title);
  for (const twice of new Set(titles.filter((each, index) => titles.indexOf(each) !== index))) {
    yield `two panels ask "${twice}"`;
  }
  const sources = new Set(variables.flatMap((each) => (each.kind === 'data-source' ? [each.type] : [])));
  for (const panel of panels) yield* panelProblems(panel, sources);
}

const dataSourceOf = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' } as const;

function* panelProblems(panel: Panel, sources: ReadonlySet<string>): Iterable<string> {
  const at = `the panel "${panel.title}"`;
  if (!/\S.*\?$/.test(panel.title)) yield `${at} does not ask a question`;
  if (panel.description.trim() === '') yield `${at} has no description`;
  if (panel.unit === '') yield `${at} has no unit`;
  if (panel.noData.trim() === '') yield `${at} does not say what to do without data`;
  if (panel.queries.length === 0 || panel.queries.length > 26) yield `${at} has not 1 to 26 queries`;
  if (panel.width !== undefined && (panel.width < 1 || panel.width > COLUMNS))
    yield `${at} is not 1 to 24 wide`;
  for (const language of new Set(panel.queries.map((query) => query.language))) {
    if (!sources.has(dataSourceOf[language])) yield `${at} needs a variable for ${dataSourceOf[language]}`;
  }
}

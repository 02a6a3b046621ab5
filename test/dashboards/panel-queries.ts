import { dashboards } from '@sightline/dashboards';

/** A panel of one of our dashboards, as its definition has it. */
type Panels = ReturnType<typeof dashboards>[keyof ReturnType<typeof dashboards>]['rows'][number]['panels'];
export type PanelDefinition = Panels[number];

export interface PanelOnBoard {
  readonly board: string;
  readonly panel: PanelDefinition;
}

/** Every panel of every dashboard, those in closed rows among them. */
export const allPanels: readonly PanelOnBoard[] = Object.entries(dashboards()).flatMap(([board, { rows }]) =>
  rows.flatMap(({ panels }) => panels.map((panel) => ({ board, panel }))),
);

/** What Grafana puts in place of the variables when everything is chosen, and the scrape interval is a second. */
const values: Readonly<Record<string, string>> = {
  __rate_interval: '8s',
  __rate_interval_ms: '8000',
  __range: '5m',
  service: '.+',
  instance: '.+',
};

/**
 * A query as Grafana sends it.
 *
 * @param chosen values of variables, where not everything is chosen
 */
export function sent(expr: string, chosen: Readonly<Record<string, string>> = {}): string {
  return expr.replaceAll(
    /\$\{?(\w+)(?::\w+)?\}?/g,
    (_, name: string) => chosen[name] ?? values[name] ?? '.*',
  );
}

/**
 * A query of a panel as Grafana sends it.
 *
 * @throws {Error} where there is no such panel, or it does not ask so much
 */
export function sentBy(
  board: string,
  title: string,
  chosen: Readonly<Record<string, string>> = {},
  index = 0,
): string {
  const query = allPanels.find((each) => each.board === board && each.panel.title === title)?.panel.queries[
    index
  ];
  if (query === undefined) throw new Error(`no panel of ${board} asks: ${title}`);
  return sent(query.expr, chosen);
}

/** The labels that a panel needs of its series: those in its legends and columns. */
export function neededLabels({ queries, columns = {} }: PanelDefinition): readonly string[] {
  const inLegends = queries.flatMap((query) =>
    query.language === 'promql'
      ? Array.from((query.legend ?? '').matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label ?? '')
      : [],
  );
  return [...new Set([...inLegends, ...Object.keys(columns)])];
}

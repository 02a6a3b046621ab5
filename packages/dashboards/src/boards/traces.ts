import { defineDashboard } from '../define-dashboard.ts';
import * as traces from '../panels/traces.ts';
import { chosenRoute } from '../queries/traces.ts';
import { environmentVariable, namespaceVariable, routeVariable, serviceVariable } from '../variables.ts';
import { type Board, common, variables, withoutLinksTo } from './board.ts';

/** The map of services, numbers over spans, and the traces that matter. */
export const tracesBoard: Board = (options) =>
  defineDashboard({
    ...common('traces', options),
    title: 'Sightline / Traces',
    description:
      'Who calls whom, how often spans fail, where the time goes, and the traces of what failed or was slow.',
    variables: variables(
      ['tempo', 'prometheus'],
      [environmentVariable, namespaceVariable, serviceVariable, routeVariable],
    ),
    rows: [
      {
        title: 'Overview',
        panels: [traces.serviceMapPanel(), { ...traces.newestTracesPanel(chosenRoute), height: 12 }],
      },
      {
        title: 'What matters',
        panels: withoutLinksTo('traces', [
          traces.failedTracesPanel(chosenRoute),
          traces.slowTracesPanel(chosenRoute),
        ]),
      },
      {
        title: 'Numbers over spans',
        panels: [
          traces.slowestOperationsPanel(),
          { ...traces.spanRatePanel(chosenRoute), width: 12 },
          { ...traces.spanDurationPanel(chosenRoute), width: 12 },
          { ...traces.spanErrorsPanel(), width: 12 },
          { ...traces.callDurationPanel(), width: 12 },
        ],
      },
      { title: 'Failed calls', closed: true, panels: [{ ...traces.failedCallsPanel(), width: 24 }] },
    ],
  });

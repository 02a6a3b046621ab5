import { defineDashboard } from '../define-dashboard.ts';
import * as requests from '../panels/requests.ts';
import * as routes from '../panels/routes.ts';
import * as versions from '../panels/versions.ts';
import { instanceScope, versionScope } from '../queries/scope.ts';
import { routeVariable, serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** Every route of a service. */
export const routesBoard: Board = (options) => {
  const route = { http_route: '=~$route' };
  const context = contextOf({ ...versionScope, matchers: { ...versionScope.matchers, ...route } }, options);
  // Versions are compared with each other, so none of them is left out.
  const everyVersion = contextOf(instanceScope, options);
  return defineDashboard({
    ...common('routes', options),
    title: 'Sightline / Routes',
    description:
      'Every route: rate, errors, durations and Apdex, compared with last week and with the version before.',
    variables: variables(['prometheus', 'tempo'], [...serviceVariables, routeVariable]),
    rows: [
      { title: 'Now', panels: [routes.routesPanel(context)] },
      {
        title: 'Over time',
        panels: [
          routes.routeRatePanel(context),
          routes.routeErrorsPanel(context),
          routes.routeLatencyPanel(context),
          { ...requests.latencyHeatmapPanel(context), width: 12 },
          { ...routes.apdexPanel(context), width: 12 },
          { ...requests.topErrorsPanel(context), width: 24, height: 6 },
        ],
      },
      {
        title: 'Compared',
        panels: [
          { ...versions.rateComparedPanel(context), width: 12 },
          { ...versions.durationComparedPanel(context), width: 12 },
          versions.versionRatePanel(everyVersion),
          versions.versionErrorsPanel(everyVersion),
          versions.versionLatencyPanel(everyVersion),
        ],
      },
      {
        title: 'Sizes',
        closed: true,
        panels: [
          { ...requests.bodyRatePanel(context), width: 12 },
          { ...requests.bodySizePanel(context), width: 12 },
        ],
      },
    ],
  });
};

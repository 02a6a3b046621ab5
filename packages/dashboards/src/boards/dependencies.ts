import { defineDashboard } from '../define-dashboard.ts';
import * as breakers from '../panels/breakers.ts';
import * as caches from '../panels/caches.ts';
import * as policies from '../panels/policies.ts';
import * as pools from '../panels/pools.ts';
import * as dependencies from '../panels/dependencies.ts';
import { callDurationPanel, failedCallsPanel } from '../panels/traces.ts';
import { versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** What a service calls, and what protects it. */
export const dependenciesBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  return defineDashboard({
    ...common('dependencies', options),
    title: 'Sightline / Dependencies',
    description:
      'What a service calls: rate, errors, durations, connections, and the breakers, pools and caches before it.',
    variables: variables(['prometheus', 'tempo'], serviceVariables),
    rows: [
      { title: 'Now', panels: [dependencies.dependencyTablePanel(context)] },
      {
        title: 'Calls',
        panels: [
          dependencies.callRatePanel(context),
          dependencies.callErrorRatioPanel(context),
          dependencies.callLatencyPanel(context),
          dependencies.callErrorsPanel(context),
          dependencies.activeCallsPanel(context),
          callDurationPanel(),
        ],
      },
      {
        title: 'What stands between',
        panels: [
          breakers.breakerStatePanel(context),
          policies.retriesPanel(context),
          policies.timeoutsPanel(context),
          pools.poolUsedPanel(context),
          pools.poolQueuePanel(context),
          caches.cacheHitRatioPanel(context),
        ].map(dependencies.withDetails),
      },
      {
        title: 'Connections',
        closed: true,
        panels: [
          dependencies.connectionStatePanel(context),
          dependencies.connectionErrorsPanel(context),
          dependencies.connectionQueuePanel(context),
        ],
      },
      { title: 'Failed calls as traces', closed: true, panels: [{ ...failedCallsPanel(), width: 24 }] },
    ],
  });
};

import { defineDashboard } from '../define-dashboard.ts';
import * as stackCost from '../panels/stack-cost.ts';
import * as stackServers from '../panels/stack-servers.ts';
import { stackAlertsPanel } from '../panels/stack-alerts.ts';
import { stackScope } from '../queries/foreign.ts';
import { stackInstanceVariable, stackServiceVariable } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** The servers that all of this stands on. */
export const stackBoard: Board = (options) => {
  const context = contextOf(stackScope, options);
  return defineDashboard({
    ...common('stack', options),
    title: 'Sightline / Stack',
    description:
      'Prometheus, Alertmanager, Loki, Tempo and Grafana themselves: health, space, and who costs the most.',
    variables: variables(['prometheus'], [stackServiceVariable, stackInstanceVariable]),
    rows: [
      {
        title: 'Is it well?',
        panels: [
          stackServers.serversPanel(),
          stackServers.configPanel(),
          stackServers.alertPathPanel(),
          stackAlertsPanel(),
          stackServers.serverMemoryPanel(context),
          stackServers.disksPanel(context),
          stackServers.storageFailuresPanel(),
        ],
      },
      {
        title: 'What does it cost?',
        panels: [
          stackCost.headSeriesPanel(),
          stackCost.samplesPanel(),
          stackCost.culpritsPanel(),
          stackCost.ingestPanel(),
          stackCost.streamsPanel(),
          stackCost.storagePanel(),
        ],
      },
      {
        title: 'In detail',
        closed: true,
        panels: [
          stackServers.serverBytesPanel(),
          stackServers.serverCpuPanel(),
          stackCost.ingestItemsPanel(),
          stackCost.discardedPanel(),
          stackServers.queryTimePanel(),
          stackServers.rulesPanel(),
          { ...stackCost.scrapeTimePanel(), width: 24 },
        ],
      },
    ],
  });
};

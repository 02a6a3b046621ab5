import { defineDashboard } from '../define-dashboard.ts';
import * as breakers from '../panels/breakers.ts';
import * as eventLoop from '../panels/event-loop.ts';
import * as heap from '../panels/heap.ts';
import * as requests from '../panels/requests.ts';
import * as versions from '../panels/versions.ts';
import { withDetails } from '../panels/dependencies.ts';
import * as dependencies from '../panels/dependencies.ts';
import { alertsPanel } from '../panels/fleet.ts';
import * as health from '../panels/health.ts';
import * as logs from '../panels/logs.ts';
import * as traces from '../panels/traces.ts';
import { instanceScope, versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** One service: requests, saturation, health, deploys, errors, traces and logs. */
export const serviceBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  const instances = contextOf(instanceScope, options);
  return defineDashboard({
    ...common('service', options),
    title: 'Sightline / Service',
    description:
      'One service: what comes in, what fails, what is slow, and where to look next. Alerts lead here.',
    variables: variables(['prometheus', 'loki', 'tempo'], serviceVariables),
    rows: [
      { title: 'Now', panels: requests.headlinePanels(context) },
      {
        title: 'Requests',
        panels: [
          requests.requestRatePanel(context),
          requests.errorRatioPanel(context),
          requests.latencyPanel(context),
          { ...requests.topErrorsPanel(context), width: 12 },
          { ...alertsPanel(), width: 12 },
        ],
      },
      {
        title: 'Is it full?',
        panels: [
          eventLoop.eventLoopUtilizationPanel(context),
          heap.heapUsedPanel(context),
          requests.activeRequestsPanel(context),
        ],
      },
      {
        title: 'Is it healthy?',
        panels: [
          health.checksPanel(context),
          health.probesPanel(context),
          withDetails(breakers.breakerStatePanel(context)),
          dependencies.callErrorRatioPanel(context),
          dependencies.callLatencyPanel(context),
          requests.abortsPanel(context),
        ],
      },
      {
        title: 'Newest traces and errors',
        panels: [{ ...traces.failedTracesPanel(), width: 12 }, logs.newestErrorsPanel()],
      },
      {
        title: 'Deploys',
        closed: true,
        panels: [
          versions.instancesPanel(instances),
          versions.versionErrorsPanel(instances),
          versions.versionLatencyPanel(instances),
        ],
      },
      {
        title: 'Health checks',
        closed: true,
        panels: [
          health.checkDurationPanel(context),
          health.checkRunsPanel(context),
          health.checkChangesPanel(context),
          health.checkAgePanel(context),
          health.activeChecksPanel(context),
        ],
      },
    ],
  });
};

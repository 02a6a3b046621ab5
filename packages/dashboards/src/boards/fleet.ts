import { defineDashboard } from '../define-dashboard.ts';
import * as fleet from '../panels/fleet.ts';
import { environmentVariable, instanceVariable, namespaceVariable, serviceVariable } from '../variables.ts';
import { instanceScope } from '../queries/scope.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** Every service, the worst first. */
export const fleetBoard: Board = (options) => {
  const context = contextOf(instanceScope, options);
  return defineDashboard({
    ...common('fleet', options),
    title: 'Sightline / Fleet',
    description:
      'All services at a glance, the worst first. It reads recorded series, so that many services cost little.',
    variables: variables(
      ['prometheus'],
      [environmentVariable, namespaceVariable, serviceVariable, instanceVariable],
    ),
    rows: [
      { title: 'Now', panels: [...fleet.fleetHeadlinePanels(context), fleet.servicesPanel(context)] },
      { title: 'Alerts', panels: [fleet.alertsPanel(), fleet.alertHistoryPanel()] },
      { title: 'From outside', panels: [fleet.addressesPanel(context)] },
      {
        title: 'Over time',
        panels: [
          fleet.worstErrorsPanel(context),
          fleet.worstLatencyPanel(context),
          fleet.busiestPanel(),
          { ...fleet.fleetBurnPanel(), width: 12 },
          { ...fleet.releasesPanel(context), width: 12 },
        ],
      },
    ],
  });
};

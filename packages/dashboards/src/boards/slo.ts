import { defineDashboard } from '../define-dashboard.ts';
import * as slo from '../panels/slo.ts';
import { environmentVariable, instanceVariable, namespaceVariable, serviceVariable } from '../variables.ts';
import { type Board, common, variables } from './board.ts';

/** What was agreed, what is left of it, and who spent it. */
export const sloBoard: Board = (options) =>
  defineDashboard({
    ...common('slo', options),
    title: 'Sightline / SLO and error budget',
    description:
      'What was agreed, what is left of the error budget, how fast it is spent and by which routes.',
    timeRange: '7d',
    variables: variables(
      ['prometheus'],
      [environmentVariable, namespaceVariable, serviceVariable, instanceVariable],
    ),
    rows: [
      { title: 'Objectives', panels: [slo.objectivesPanel()] },
      { title: 'Budget', panels: [slo.budgetPanel(), slo.fastBurnPanel(), slo.slowBurnPanel()] },
      {
        title: 'Who spent it?',
        panels: [
          slo.spentByRoutePanel(),
          slo.badEventsPanel(),
          { ...slo.objectivePanel(), width: 24, height: 6 },
        ],
      },
    ],
  });

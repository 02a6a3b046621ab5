import { defineDashboard } from '../define-dashboard.ts';
import * as logs from '../panels/logs.ts';
import { instanceScope } from '../queries/scope.ts';
import {
  logEnvironmentVariable,
  logLevelVariable,
  logServiceVariable,
  searchVariable,
} from '../variables.ts';
import { type Board, common, contextOf, variables, withoutLinksTo } from './board.ts';

/** Volume, errors and the lines themselves. It needs nothing but Loki. */
export const logsBoard: Board = (options) => {
  const context = contextOf(instanceScope, options);
  return defineDashboard({
    ...common('logs', options),
    title: 'Sightline / Logs',
    description: 'How much is logged, which errors, since when, and the lines themselves.',
    // Namespaces are no label of a stream; the links of other dashboards hand them on nevertheless.
    variables: variables(
      ['loki'],
      [logEnvironmentVariable, logServiceVariable, logLevelVariable, searchVariable],
    ),
    rows: [
      {
        title: 'How much?',
        panels: withoutLinksTo('logs', [
          logs.linesByLevelPanel(),
          logs.linesByServicePanel(),
          logs.logBytesPanel(),
        ]),
      },
      {
        title: 'Which errors?',
        panels: [
          { ...logs.fingerprintsPanel(context), width: 24 },
          { ...logs.fingerprintTrendPanel(), width: 12 },
          { ...logs.errorLinesByRoutePanel(), width: 12 },
        ],
      },
      { title: 'Lines', panels: [logs.streamPanel()] },
      {
        title: 'Slow requests, the audit trail and secrets',
        closed: true,
        panels: [logs.slowRequestLinesPanel(), logs.auditPanel(), logs.censoredValuesPanel()],
      },
    ],
  });
};

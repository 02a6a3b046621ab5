import { defineDashboard } from '../define-dashboard.ts';
import * as logger from '../panels/logger.ts';
import * as losses from '../panels/losses.ts';
import * as telemetryCost from '../panels/telemetry-cost.ts';
import { versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** Whether what is seen is all there is, and what it costs. */
export const telemetryBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  return defineDashboard({
    ...common('telemetry', options),
    title: 'Sightline / Telemetry',
    description:
      'The telemetry of services about itself: what is lost, what waits, what it costs, which metrics are too large.',
    variables: variables(['prometheus'], serviceVariables),
    rows: [
      {
        title: 'Is it complete?',
        panels: [
          losses.lostItemsPanel(context),
          losses.lostLinesPanel(context),
          losses.lostObservationsPanel(context),
          losses.exportSilencePanel(context),
          losses.exportFailuresPanel(context),
          losses.exportQueuePanel(context),
        ],
      },
      {
        title: 'What does it cost?',
        panels: [
          telemetryCost.largestMetricsPanel(context),
          telemetryCost.optionProblemsPanel(context),
          telemetryCost.scrapeSamplesPanel(context),
          telemetryCost.newSeriesPanel(context),
          telemetryCost.scrapeCostPanel(context),
        ],
      },
      {
        title: 'Logs and secrets',
        panels: [
          logger.logLinesPanel(context),
          logger.logDeliveryPanel(context),
          logger.redactedPanel(context),
        ],
      },
      {
        title: 'In detail',
        closed: true,
        panels: [
          { ...losses.exportsPanel(context), width: 12 },
          { ...logger.logVolumePanel(context), width: 12 },
          { ...logger.spoolPanel(context), width: 12 },
          { ...telemetryCost.scrapeRatePanel(context), width: 12 },
        ],
      },
    ],
  });
};

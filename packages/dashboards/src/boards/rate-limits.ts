import { defineDashboard } from '../define-dashboard.ts';
import * as rateLimits from '../panels/rate-limits.ts';
import { versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables, withoutLinksTo } from './board.ts';

/** Who is over the limit, and whether the limit is right. */
export const rateLimitsBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  return defineDashboard({
    ...common('rateLimits', options),
    title: 'Sightline / Rate limiting',
    description: 'What the rate limiters decide, whom it meets, and whether the limits are right.',
    variables: variables(['prometheus'], serviceVariables),
    rows: [
      {
        title: 'Who is refused?',
        panels: withoutLinksTo('rateLimits', [
          rateLimits.limitedPerMinutePanel(context),
          rateLimits.limitedRatioPanel(context),
          rateLimits.decisionsPanel(context),
          rateLimits.limitedRoutesPanel(context),
          rateLimits.rulesPanel(context),
          rateLimits.limiterStorePanel(context),
        ]),
      },
      {
        title: 'Are the limits right?',
        panels: [
          { ...rateLimits.remainingPanel(context), width: 12 },
          { ...rateLimits.blockDurationPanel(context), width: 12 },
          { ...rateLimits.limiterLoadPanel(context), width: 12 },
          { ...rateLimits.limiterChangesPanel(context), width: 12 },
        ],
      },
    ],
  });
};

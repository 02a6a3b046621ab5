import { defineDashboard } from '../define-dashboard.ts';
import * as breakers from '../panels/breakers.ts';
import * as caches from '../panels/caches.ts';
import * as policies from '../panels/policies.ts';
import * as pools from '../panels/pools.ts';
import * as rateLimits from '../panels/rate-limits.ts';
import { versionScope } from '../queries/scope.ts';
import { serviceVariables } from '../variables.ts';
import { type Board, common, contextOf, variables } from './board.ts';

/** Breakers, retries, timeouts, bulkheads, pools, caches and limits in detail. */
export const resilienceBoard: Board = (options) => {
  const context = contextOf(versionScope, options);
  return defineDashboard({
    ...common('resilience', options),
    title: 'Sightline / Resilience',
    description:
      'What stands between a call and its failure, in detail. Rows are closed until they are asked for.',
    variables: variables(['prometheus', 'tempo'], serviceVariables),
    rows: [
      {
        title: 'Breakers',
        panels: [
          breakers.breakerStatePanel(context),
          breakers.breakerCallsPanel(context),
          breakers.breakerOpeningsPanel(context),
        ],
      },
      {
        title: 'Pools, caches and limits',
        panels: [
          pools.poolUsedPanel(context),
          caches.cacheHitRatioPanel(context),
          rateLimits.limitedRatioPanel(context),
        ],
      },
      {
        title: 'Breakers in detail',
        closed: true,
        panels: [
          breakers.breakerOpenRatioPanel(context),
          breakers.breakerDurationPanel(context),
          breakers.breakerRecoveryPanel(context),
        ],
      },
      {
        title: 'Retries, timeouts and fallbacks',
        closed: true,
        panels: [
          policies.retriesPanel(context),
          policies.retryOutcomesPanel(context),
          policies.fallbacksPanel(context),
          { ...policies.timeoutsPanel(context), width: 12 },
          { ...policies.timeoutDurationPanel(context), width: 12 },
        ],
      },
      {
        title: 'Bulkheads',
        closed: true,
        panels: [
          policies.bulkheadUsedPanel(context),
          policies.bulkheadCallsPanel(context),
          policies.bulkheadWaitPanel(context),
        ],
      },
      {
        title: 'Pools',
        closed: true,
        panels: [
          pools.poolQueuePanel(context),
          pools.poolWaitPanel(context),
          pools.poolFailuresPanel(context),
          { ...pools.poolUsePanel(context), width: 12 },
          { ...pools.poolChurnPanel(context), width: 12 },
        ],
      },
      {
        title: 'Caches',
        closed: true,
        panels: [
          caches.cacheRequestsPanel(context),
          caches.cacheSizePanel(context),
          caches.cacheMemoryPanel(context),
          caches.cacheChurnPanel(context),
          caches.cacheLoadPanel(context),
          caches.cacheStampedePanel(context),
        ],
      },
    ],
  });
};

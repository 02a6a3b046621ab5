import type { Delivery } from '../alerting/notifier.ts';
import { webhookMessage } from '../alerting/webhook-message.ts';
import type { RunChoice, RunComparison } from '../compare/compare-runs.ts';
import type { Route } from '../server/route.ts';
import type { Run } from '../stack/runs.ts';
import type { Self } from '../stack/self.ts';
import { asText } from './query-errors.ts';

export interface OwnRoutesOptions {
  readonly self: () => Self;
  readonly runs: () => readonly Run[];
  readonly compare: (choice: RunChoice, signal: AbortSignal) => Promise<RunComparison>;
  readonly deliveries: () => readonly Delivery[];
}

const ready: Route['handle'] = () => ({ text: 'ready\n' });

/** What none of the other APIs tells: the stack itself, the starts of services, who was told of what. */
export function ownRoutes({ self, runs, compare, deliveries }: OwnRoutesOptions): readonly Route[] {
  return [
    { methods: ['GET'], path: '/ready', handle: ready },
    { methods: ['GET'], path: '/-/ready', handle: ready },
    { methods: ['GET'], path: '/-/healthy', handle: ready },
    { methods: ['GET'], path: '/sightline/api/v1/self', handle: () => ({ json: self() }) },
    { methods: ['GET'], path: '/sightline/api/v1/runs', handle: () => ({ json: runs() }) },
    {
      methods: ['GET'],
      path: '/sightline/api/v1/runs/compare',
      handle: ({ parameters, signal }) =>
        asText(async () => {
          const [before, after, service] = ['before', 'after', 'service'].map(
            (name) => parameters.get(name) || undefined,
          );
          return { json: await compare({ before, after, service }, signal) };
        }),
    },
    {
      methods: ['GET'],
      path: '/sightline/api/v1/notifications',
      handle: () => ({
        json: deliveries().map(({ notification, outcome, shownOnly, error }) => ({
          outcome,
          shownOnly,
          error,
          timeMs: notification.timeMs,
          message: webhookMessage(notification, '', 0),
        })),
      }),
    },
  ];
}

import type { Delivery } from '../alerting/notifier.ts';
import { webhookMessage } from '../alerting/webhook-message.ts';
import type { Route } from '../server/route.ts';
import type { Run } from '../stack/runs.ts';
import type { Self } from '../stack/self.ts';

export interface OwnRoutesOptions {
  readonly self: () => Self;
  readonly runs: () => readonly Run[];
  readonly deliveries: () => readonly Delivery[];
}

const ready: Route['handle'] = () => ({ text: 'ready\n' });

/** What none of the other APIs tells: the stack itself, the starts of services, who was told of what. */
export function ownRoutes({ self, runs, deliveries }: OwnRoutesOptions): readonly Route[] {
  return [
    { methods: ['GET'], path: '/ready', handle: ready },
    { methods: ['GET'], path: '/-/ready', handle: ready },
    { methods: ['GET'], path: '/-/healthy', handle: ready },
    { methods: ['GET'], path: '/sightline/api/v1/self', handle: () => ({ json: self() }) },
    { methods: ['GET'], path: '/sightline/api/v1/runs', handle: () => ({ json: runs() }) },
    {
      methods: ['GET'],
      path: '/sightline/api/v1/notifications',
      handle: () => ({
        json: deliveries().map(({ notification, outcome, error }) => ({
          outcome,
          error,
          timeMs: notification.timeMs,
          message: webhookMessage(notification, '', 0),
        })),
      }),
    },
  ];
}

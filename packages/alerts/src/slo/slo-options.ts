import { requestBoundaries } from '@sightline/conventions';
import * as z from 'zod';
import { burnWindows } from './burn-windows.ts';

/** Where the range of a query of one's own stands. */
export const WINDOW_PLACE = '{{window}}';

const query = z
  .string()
  .max(10_000)
  .refine((text) => text.includes(WINDOW_PLACE), {
    error: `PromQL with ${WINDOW_PLACE} in place of its ranges, such as sum(rate(jobs_failed_total[${WINDOW_PLACE}]))`,
  });

export const DAYS = /^(\d{1,2})d$/;
const LONGEST_DAYS = 90;
const LONGEST_WINDOW_DAYS = Math.max(...burnWindows.map(({ longSeconds }) => longSeconds)) / 86_400;

export const sloSchema = z
  .strictObject({
    /** The name, for labels: small letters, digits and dashes. By default made of service, route and kind. */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'small letters, digits and dashes')
      .optional(),
    /** The service, by its job. Without it, the SLO holds for every service, each with a budget of its own. */
    service: z.string().min(1).max(256).optional(),
    /** The route template, when the SLO is about one. */
    route: z.string().min(1).max(1024).optional(),
    /** Share of the requests that must be good: 0.999, not 99.9. */
    objective: z.number({ error: 'a share such as 0.999' }).gt(0).lt(1),
    /** The time that the budget is for, in days: `30d`. Always rolling. */
    window: z
      .string()
      .refine(
        (text) => {
          const days = Number(DAYS.exec(text)?.[1]);
          return days > LONGEST_WINDOW_DAYS && days <= LONGEST_DAYS;
        },
        { error: `${LONGEST_WINDOW_DAYS + 1}d to ${LONGEST_DAYS}d` },
      )
      .default('30d'),
    /** What makes a request bad. */
    sli: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('availability') }),
      z.strictObject({
        kind: z.literal('latency'),
        thresholdSeconds: z.number().refine((seconds) => requestBoundaries.some((each) => each === seconds), {
          error: `a bound of the buckets: ${requestBoundaries.join(', ')}`,
        }),
      }),
      z.strictObject({ kind: z.literal('events'), errors: query, total: query }),
    ]),
    /**
     * Bad requests below which nobody is paged, unless the service says itself that it is down. With little traffic one
     * failure is a burn rate of hundreds, and mostly the only one. How many more it takes follows from the traffic: as many
     * as a service that just keeps its objective has in one of a hundred windows. With 1, nobody waits for the second one:
     * where so few ask that one failure alone is over the burn rate, it pages at once, right or wrong.
     */
    minErrors: z.int().min(1).max(1_000_000).default(2),
    /**
     * PromQL that is 0 while the service cannot be reached from outside, such as
     * `probe_success{job="blackbox", instance="https://shop.example.com/readyz"}`. Like readiness, it lets a page through at
     * the first bad request. Needs `service`.
     */
    probe: z.string().min(1).max(10_000).optional(),
  })
  .refine(({ probe, service }) => probe === undefined || service !== undefined, {
    path: ['probe'],
    error: 'a probe of one service: name it with `service`',
  });

/** What a caller writes. */
export type SloOptions = z.input<typeof sloSchema>;
/** What our code reads: every key present but the name. */
export type ResolvedSloOptions = z.output<typeof sloSchema>;

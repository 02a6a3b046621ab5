import { thresholds } from '@sightline/conventions';
import * as z from 'zod';

const threshold = z.number().gt(0).max(1_000_000_000);

/** Every threshold of the catalogue, each with its default from there. */
const thresholdsSchema = z.strictObject(
  Object.fromEntries(Object.entries(thresholds).map(([name, value]) => [name, threshold.default(value)])) as {
    readonly [Name in keyof typeof thresholds]: z.ZodDefault<typeof threshold>;
  },
);

export const dashboardOptionsSchema = z.strictObject({
  /** The lines in panels: where a value is too much. Give those that were given to `alertRules`. */
  thresholds: thresholdsSchema.prefault({}),
  /** Where the runbooks are, as a browser reaches them. Without it, panels lead to the alert in Grafana, which leads on. */
  runbookBaseUrl: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
  /** How often dashboards read again by themselves; `off` is on demand. Every open dashboard costs its queries each time. */
  refresh: z.enum(['off', '10s', '30s', '1m', '5m']).default('1m'),
});

/** What a caller writes. */
export type DashboardOptions = z.input<typeof dashboardOptionsSchema>;
/** What our code reads, frozen. */
export type ResolvedDashboardOptions = Readonly<z.output<typeof dashboardOptionsSchema>>;

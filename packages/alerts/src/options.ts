import * as z from 'zod';
import { thresholdsSchema } from './thresholds.ts';

const url = z.url({ protocol: /^https?$/, error: 'an http or https URL' });

/** A folder of pages: a URL, or a path in the repository. */
const folder = z.string().min(1).max(1024).regex(/^\S+$/, 'a URL or a path without spaces');

export const alertOptionsSchema = z.strictObject({
  /** Services that must be there: one that was never scraped is missed as well. Others are missed once they were seen. */
  services: z.array(z.string().min(1).max(256)).readonly().default([]),
  /** Services that come and go, such as jobs that end and what is scaled to zero: when no target of one is left, it is not missed. */
  transientServices: z.array(z.string().min(1).max(256)).readonly().default([]),
  /** Where the runbooks are. The default is their path in the repository, which is no link: set the URL of your copy. */
  runbookBaseUrl: folder.default('alerts/runbooks'),
  /** Grafana, as the browser of whoever gets the alert reaches it. */
  grafanaUrl: url.default('http://localhost:3000'),
  /** Time from one evaluation of a group to the next [s]. */
  evaluationIntervalSeconds: z.number().min(1).max(3600).default(30),
  /**
   * Multiplies every duration in every rule: ranges, `for`, intervals. 1 in production; a test that cannot wait five
   * minutes takes 0.02 and scrapes as much more often. A rate needs two scrapes in its range, so scrape at least every
   * 60 s times this. Thresholds are not multiplied, and counts such as `minRequests` hold for the shorter range.
   */
  timeScaleRatio: z.number().min(0.001).max(1).default(1),
  /** What the rules compare with; each has its reason. */
  thresholds: thresholdsSchema.prefault({}),
});

/** What a caller writes. */
export type AlertOptions = z.input<typeof alertOptionsSchema>;
/** What our code reads, frozen. */
export type ResolvedAlertOptions = Readonly<z.output<typeof alertOptionsSchema>>;

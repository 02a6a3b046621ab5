import * as z from 'zod';

const text = z.string().min(1).max(4096);

export const grafanaOptionsSchema = z.strictObject({
  /** Grafana, with the path that a proxy adds. By default `GRAFANA_URL`, else `http://localhost:3000`. */
  url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
  /** The token of a service account. By default `GRAFANA_TOKEN`. */
  token: text.optional(),
  /** A file that holds the token. By default `GRAFANA_TOKEN_FILE`. */
  tokenFile: text.optional(),
  /** Longest wait for one answer [ms]. */
  timeoutMs: z.int().min(1).max(600_000).default(10_000),
});

/** What a caller writes. */
export type GrafanaOptions = z.input<typeof grafanaOptionsSchema>;

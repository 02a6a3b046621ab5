import { z } from 'zod';
import { addressOf } from '../server/address.ts';

const server = z
  .union([
    z.url({ protocol: /^https?$/ }),
    z.strictObject({
      /** `http://prometheus:9090`; a path before its API is kept, and credentials are sent as a header. */
      url: z.url({ protocol: /^https?$/ }),
      /** Sent with every request: `Authorization`, `X-Scope-OrgID`. They stay here; a browser never sees them. */
      headers: z.record(z.string(), z.string()).default({}).readonly(),
    }),
  ])
  .transform((given) => {
    const { url, headers } = typeof given === 'string' ? { url: given, headers: {} } : given;
    const address = addressOf(url)!;
    const saysWho = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
    return { url: address.url, headers: saysWho ? headers : { ...address.headers, ...headers } };
  });

/** What `startViewer` takes. */
export const viewerOptionsSchema = z.strictObject({
  /** 0 picks a free one. */
  port: z.int().min(0).max(65_535).default(4319),
  /** What to listen on. Anything but this machine alone needs a token. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Asked for with every request to a server, as `Authorization: Bearer …`. */
  token: z.string().min(16, { error: 'a text of 16 characters or more' }).optional(),
  /** Further names by which it may be called. */
  allowedHosts: z.array(z.string()).default([]),
  prometheus: server.optional(),
  loki: server.optional(),
  tempo: server.optional(),
  alertmanager: server.optional(),
  /** Longest wait for a server [ms]. */
  timeoutMs: z.int().min(100).default(60_000),
  /** Longest answer that is handed on [bytes]. */
  maxAnswerBytes: z.int().min(1024).default(67_108_864),
});

export type ViewerOptions = z.input<typeof viewerOptionsSchema>;
export type ResolvedViewerOptions = z.output<typeof viewerOptionsSchema>;

/** One server that is asked. */
export type Upstream = NonNullable<ResolvedViewerOptions['prometheus']>;

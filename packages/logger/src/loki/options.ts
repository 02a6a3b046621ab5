import { z } from 'zod';

const spoolSchema = z.strictObject({
  /**
   * Folder for lines that Loki has not taken yet. Processes may share it: each writes in its own subfolder, and
   * the first to start after one died ships what that one left; of another machine or container, after a minute.
   */
  directory: z.string().min(1),
  /** Most room the lines of this process take on disk [bytes]; past it the oldest segment goes. */
  maxBytes: z
    .int()
    .min(64 * 1024)
    .default(256 * 1024 * 1024),
});

/** Every option of pino-loki 3 under its name, with its meaning and default, and below them ours. */
export const lokiOptionsSchema = z.strictObject({
  /** Base URL of Loki: `https://loki.example.com`. A user and password in it count as `basicAuth`. */
  host: z.url({ protocol: /^https?$/ }),
  /** Path of the push API, resolved against `host` as a link on a page would be. */
  endpoint: z.string().min(1).default('loki/api/v1/push'),
  /** Longest wait for one push: connecting, sending and the whole answer [ms]. */
  timeout: z.int().min(1).max(600_000).default(30_000),
  /** True: problems are counted in the statistics and reported nowhere. */
  silenceErrors: z.boolean().default(false),
  /** When lines leave; false sends each as soon as the push before it has ended. */
  batching: z
    .union([
      z.literal(false),
      z.strictObject({
        /** Longest wait of a line for others [seconds]. */
        interval: z.number().positive().max(3_600).default(5),
        /** Most lines held in memory; past it the oldest go. 0: only `maxBufferBytes` bounds them. */
        maxBufferSize: z.int().min(0).default(10_000),
      }),
    ])
    .prefault({}),
  /** Labels of every stream. They win over the labels taken from a line. */
  labels: z.record(z.string(), z.string()).default({}),
  /** Fields of a line that become labels. Each value is a stream of its own: see `maxStreams`. */
  propsToLabels: z.array(z.string()).default([]),
  /**
   * pino level, by number or name → value of the `level` label, merged over pino-loki's for numbers: debug, info,
   * warning, error, critical. A level that is written by name stands for itself.
   */
  levelMap: z.record(z.string(), z.string()).default({}),
  /** Credentials of the push. */
  basicAuth: z.strictObject({ username: z.string(), password: z.string() }).optional(),
  /** Headers of the push: `{ 'X-Scope-OrgID': 'tenant' }`. */
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, { error: 'an HTTP header name' }),
      // node:http throws on anything else, at every push.
      z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: 'an HTTP header value, without line breaks' }),
    )
    .default({}),
  /** True: the time at which a line was taken replaces the one in it. */
  replaceTimestamp: z.boolean().default(false),
  /** True: arrays in a line become objects keyed by index, which LogQL's `json` can read. */
  convertArrays: z.boolean().default(false),
  /** Field of a line whose entries become structured metadata, next to the ids; false for the ids alone. */
  structuredMetaKey: z.union([z.literal(false), z.string().min(1)]).default('meta'),
  /** Template that replaces the JSON: `{lokilevel} {msg} {req.method}`. False keeps the line as it was written. */
  logFormat: z.union([z.literal(false), z.string().min(1)]).default(false),

  /** Disk that takes the lines while Loki does not; false: memory alone. */
  spool: z.union([z.literal(false), spoolSchema]).default(false),
  /**
   * Certificates to trust besides those that Node.js trusts, PEM: that of an own authority, or Loki's own. The
   * alternative is `NODE_EXTRA_CA_CERTS`, for the whole process. There is no way to trust just anybody.
   */
  ca: z
    .string()
    .regex(/-----BEGIN CERTIFICATE-----/, { error: 'a certificate as PEM text, not the path of one' })
    .optional(),
  /** Most memory that waiting lines take, encoded [bytes]; past it the oldest go. */
  maxBufferBytes: z
    .int()
    .min(64 * 1024)
    .default(32 * 1024 * 1024),
  /** Most that one push holds before compression [bytes]. Loki's own limit is 4 MiB, a proxy's often 1 MiB. */
  maxBatchBytes: z
    .int()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(1024 * 1024),
  /** Most label sets that `propsToLabels` may have in use; past it lines go without those labels, which is counted. */
  maxStreams: z.int().min(1).max(100_000).default(200),
});

/** What a caller writes. */
export type LokiOptions = z.input<typeof lokiOptionsSchema>;
/** What our code reads: every default in its place, frozen. */
export type ResolvedLokiOptions = Readonly<z.output<typeof lokiOptionsSchema>>;

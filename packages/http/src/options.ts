import * as z from 'zod';
import { defaultIgnoredPaths } from './ignored-paths.ts';

const thresholdMs = z.number().positive();
const headerName = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,64}$/, 'the name of a header: letters, digits and hyphens')
  .transform((name) => name.toLowerCase());

/** Whether a request is to be left out: its path without the query, and its method. What it throws counts as false. */
export type IgnoreRequest = (path: string, method: string) => boolean;

export const httpServerOptionsSchema = z.strictObject({
  /**
   * Requests that are not recorded at all: no span, no metric, no line. Paths, exact or with `*` at the end, or a
   * function. A list takes the place of the default one, which holds probes, `/metrics` and `/favicon.ico`.
   */
  ignore: z
    .union([
      z.array(z.string().regex(/^\/[^*]*\*?$/, 'a path such as `/livez` or `/internal/*`')).readonly(),
      z.custom<IgnoreRequest>((value) => typeof value === 'function', 'a function'),
    ])
    .default(defaultIgnoredPaths),
  /** From when on a request counts as slow. */
  slow: z
    .strictObject({
      /** For every route that has none of its own [ms]. */
      thresholdMs: thresholdMs.default(1000),
      /** By method and route, as in `{ 'GET /reports': 5000 }` [ms]. */
      routes: z.record(z.string().min(1), thresholdMs).default({}),
    })
    .prefault({}),
  /**
   * How trace context comes in: `w3c` reads traceparent, tracestate and baggage; `api` asks the propagator that is
   * registered at the OpenTelemetry API, for B3 and others, at a higher price.
   */
  propagation: z.enum(['w3c', 'api']).default('w3c'),
  /** Ids of requests. */
  requestId: z
    .strictObject({
      /** Headers that it is taken from, the first that has one of 1 to 128 safe characters; `[]` takes none. */
      from: z.array(headerName).readonly().prefault(['x-request-id']),
      /** The header that it is answered in, unless the app has set it; `false` answers none. */
      answer: z.union([headerName, z.literal(false)]).prefault('x-request-id'),
    })
    .prefault({}),
  /** Whether `Server-Timing: total;dur=…` is answered: the time until the headers left [ms]. */
  serverTiming: z.boolean().default(true),
  /** Whether the trace and span id are answered in `Server-Timing: traceparent;desc="…"`, for measuring in browsers. */
  traceTiming: z.boolean().default(false),
  /** Whether `X-Process-Time` is answered: the time until the headers left [s]. */
  processTime: z.boolean().default(true),
  /** Whether bodies without a Content-Length are counted as they pass; otherwise their size is not known. */
  countBodies: z.boolean().default(true),
  /** Whether `Forwarded` and `X-Forwarded-*` say host, scheme and caller: only behind a proxy that sets them. */
  trustForwarded: z.boolean().default(false),
  /** Whether spans hold the address of the caller and of the peer. */
  clientAddress: z.boolean().default(false),
});

/** What a caller writes. */
export type HttpServerOptions = z.input<typeof httpServerOptionsSchema>;
/** What our code reads: every key present, frozen. */
export type ResolvedHttpServerOptions = Readonly<z.output<typeof httpServerOptionsSchema>>;

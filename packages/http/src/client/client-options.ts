import * as z from 'zod';

/** Whether a call is to be left out. What it throws counts as false. */
export type IgnoreCall = (host: string, path: string, method: string) => boolean;
/** Whether a host gets trace context. What it throws counts as false. */
export type PropagateTo = (host: string) => boolean;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const headerName = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,64}$/, 'the name of a header: letters, digits and hyphens')
  .transform((name) => name.toLowerCase());

export const httpClientOptionsSchema = z.strictObject({
  /** Calls that are not recorded and get no headers: names of hosts, or a function. */
  ignore: z
    .union([z.array(z.string().min(1)).readonly(), z.custom<IgnoreCall>(isFunction, 'a function')])
    .default([]),
  /**
   * Which hosts get `traceparent` and what else the registered propagators write: all of them, those of a list, or
   * those that a function says. A header that is there already stays as it is.
   */
  propagate: z
    .union([
      z.literal('all'),
      z.array(z.string().min(1)).readonly(),
      z.custom<PropagateTo>(isFunction, 'a function'),
    ])
    .default('all'),
  /** The header that the id of the request in progress is passed on in, to the same hosts; `false` passes none on. */
  requestId: z.union([headerName, z.literal(false)]).prefault('x-request-id'),
});

/** What a caller writes. */
export type HttpClientOptions = z.input<typeof httpClientOptionsSchema>;
/** What our code reads: every key present, frozen. */
export type ResolvedHttpClientOptions = Readonly<z.output<typeof httpClientOptionsSchema>>;

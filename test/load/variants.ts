import { fileURLToPath } from 'node:url';

/** One way to observe the same service. */
export interface Variant {
  readonly title: string;
  /** Preloads of its process. */
  readonly imports: readonly string[];
  /** Middlewares that the service takes; see `service.ts`. */
  readonly middlewares: readonly ('express-prom-bundle' | 'pino-http')[];
  readonly env: Readonly<Record<string, string>>;
}

const otel = fileURLToPath(new URL('otel-sdk.ts', import.meta.url));
const onePercent = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };

/** Nothing first: everything else is told as what it adds to it. */
export const variants = {
  bare: { title: 'the service alone', imports: [], middlewares: [], env: {} },
  sightline: {
    title: '**Sightline**, every request sampled',
    imports: ['@sightline/bootstrap/register'],
    middlewares: [],
    env: {},
  },
  'sightline-1': {
    title: '**Sightline**, 1 % sampled',
    imports: ['@sightline/bootstrap/register'],
    middlewares: [],
    env: onePercent,
  },
  assembled: {
    title: 'express-prom-bundle + pino-http + OTel SDK 3, auto instrumentation',
    imports: [otel],
    middlewares: ['express-prom-bundle', 'pino-http'],
    env: { INSTRUMENTATION: 'auto' },
  },
  'assembled-1': {
    title: 'the same, 1 % sampled',
    imports: [otel],
    middlewares: ['express-prom-bundle', 'pino-http'],
    env: { INSTRUMENTATION: 'auto', ...onePercent },
  },
  careful: {
    title: 'the same with care: only the http instrumentation, no Express layers',
    imports: [otel],
    middlewares: ['express-prom-bundle', 'pino-http'],
    env: { INSTRUMENTATION: 'http' },
  },
  otel: {
    title: 'OTel SDK 3 alone, auto instrumentation',
    imports: [otel],
    middlewares: [],
    env: { INSTRUMENTATION: 'auto' },
  },
  'pino-http': {
    title: 'pino-http alone, 8 paths redacted',
    imports: [],
    middlewares: ['pino-http'],
    env: {},
  },
  'express-prom-bundle': {
    title: 'express-prom-bundle alone',
    imports: [],
    middlewares: ['express-prom-bundle'],
    env: {},
  },
} as const satisfies Readonly<Record<string, Variant>>;

export type VariantName = keyof typeof variants;

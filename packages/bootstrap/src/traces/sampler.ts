import type { SpanContext } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';

/** The values of `OTEL_TRACES_SAMPLER`. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What decides at the head of a trace. */
export interface SamplerSettings {
  readonly name: (typeof samplerNames)[number];
  /** Share of traces [0–1] of the two that end in `traceidratio`; default 1. */
  readonly ratio?: number;
}

/** @param parent undefined for a root */
export type Sampler = (traceId: string, parent: SpanContext | undefined) => boolean;

export function createSampler({ name, ratio = 1 }: SamplerSettings): Sampler {
  const root = rootSampler(name, ratio);
  if (!name.startsWith('parentbased_')) return root;
  return (traceId, parent) =>
    parent === undefined ? root(traceId, parent) : (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
}

function rootSampler(name: SamplerSettings['name'], ratio: number): Sampler {
  if (name.endsWith('always_on')) return () => true;
  if (name.endsWith('always_off')) return () => false;
  return ratioSampler(ratio);
}

/**
 * The same decision as `TraceIdRatioBasedSampler` of the OpenTelemetry SDK for JavaScript: the exclusive or of the four
 * words of the trace id is below the share of 2³². Services with either of them keep the same traces.
 */
function ratioSampler(ratio: number): Sampler {
  if (!(ratio > 0)) return () => false;
  if (ratio >= 1) return () => true;
  const bound = Math.floor(ratio * 0xff_ff_ff_ff);
  return (traceId) => {
    let folded = 0;
    for (let start = 0; start < 32; start += 8)
      folded ^= Number.parseInt(traceId.slice(start, start + 8), 16);
    return folded >>> 0 < bound;
  };
}

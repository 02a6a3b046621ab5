import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { createIdSource } from './ids.ts';
import { createSampler, samplerNames } from './sampler.ts';

const sampled = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const unsampled = { ...sampled, traceFlags: 0 };
const ids = createIdSource();

describe('createSampler', () => {
  it.each([0.000_01, 0.01, 0.1, 0.25, 0.5, 0.9, 0.999_99, 1, 0])(
    'decides as the SDK does at a ratio of %d, so that services agree',
    (ratio) => {
      const ours = createSampler({ name: 'traceidratio', ratio });
      const theirs = new TraceIdRatioBasedSampler(ratio);
      for (let count = 0; count < 2_000; count++) {
        const traceId = ids.traceId();
        const { decision } = theirs.shouldSample(ROOT_CONTEXT, traceId);
        expect(ours(traceId, undefined)).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
      }
    },
  );

  it.each([
    { name: 'always_on', root: true, belowSampled: true, belowUnsampled: true },
    { name: 'always_off', root: false, belowSampled: false, belowUnsampled: false },
    { name: 'traceidratio', root: false, belowSampled: false, belowUnsampled: false },
    { name: 'parentbased_always_on', root: true, belowSampled: true, belowUnsampled: false },
    { name: 'parentbased_always_off', root: false, belowSampled: true, belowUnsampled: false },
    { name: 'parentbased_traceidratio', root: false, belowSampled: true, belowUnsampled: false },
  ] as const)(
    '$name: root $root, below a sampled parent $belowSampled, an unsampled one $belowUnsampled',
    (row) => {
      const sampler = createSampler({ name: row.name, ratio: 0 });
      expect(sampler(sampled.traceId, undefined)).toBe(row.root);
      expect(sampler(sampled.traceId, sampled)).toBe(row.belowSampled);
      expect(sampler(sampled.traceId, unsampled)).toBe(row.belowUnsampled);
    },
  );

  it('samples all by ratio when none is given', () => {
    for (const name of samplerNames.filter((each) => each.endsWith('ratio'))) {
      expect(createSampler({ name })(ids.traceId(), undefined)).toBe(true);
    }
  });

  it('takes NaN for 0', () => {
    expect(createSampler({ name: 'traceidratio', ratio: Number.NaN })(ids.traceId(), undefined)).toBe(false);
  });
});

describe('createIdSource', () => {
  it('gives ids of the right form, none twice, also across blocks', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 3_000; count++) {
      const traceId = ids.traceId();
      const spanId = ids.spanId();
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      seen.add(traceId).add(spanId);
    }
    expect(seen.size).toBe(6_000);
  });

  it('gives no id of zeros, whatever is drawn', () => {
    const zeros = createIdSource((pool) => pool.fill(0));
    expect(zeros.traceId()).not.toMatch(/^0+$/);
    expect(zeros.spanId()).not.toMatch(/^0+$/);
  });
});

import { createMetrics } from '@sightline/metrics';
import { describe, expect, it } from 'vitest';
import { healthMetrics } from './health-metrics.ts';

function setUp() {
  const metrics = createMetrics();
  return {
    observer: healthMetrics(metrics.registry),
    /** The samples of health, without those of histograms. */
    async samples(): Promise<string[]> {
      let text = '';
      for await (const part of metrics.page().body) text += part;
      return text.split('\n').filter((line) => /^health_(?!.*_bucket)/.test(line));
    },
  };
}

const run = {
  check: 'postgres',
  result: 'up',
  durationSeconds: 0.25,
  status: 'up',
  lastSuccessSeconds: 1_800_000_000,
} as const;

describe('healthMetrics', () => {
  it('keeps what a run found', async () => {
    const { observer, samples } = setUp();
    observer.ran?.(run);
    observer.activeRuns?.('postgres', 1);
    observer.lateResult?.('postgres');
    observer.mainThreadBlocked?.({ blockedSeconds: 2, route: undefined, stack: [] });
    observer.probeChanged?.({ probe: 'readyz', ok: true, causes: [] });
    expect(await samples()).toEqual(
      expect.arrayContaining([
        'health_check_status{check="postgres"} 1',
        'health_check_runs_total{check="postgres",result="up"} 1',
        'health_check_duration_seconds_sum{check="postgres"} 0.25',
        'health_check_last_success_timestamp_seconds{check="postgres"} 1800000000',
        'health_check_active_runs{check="postgres"} 1',
        'health_check_late_results_total{check="postgres"} 1',
        'health_main_thread_blocks_total 1',
        'health_probe_status{probe="readyz"} 1',
      ]),
    );
  });

  it('counts a run that was skipped, without a time that it did not take', async () => {
    const { observer, samples } = setUp();
    observer.ran?.({
      check: 'postgres',
      result: 'skipped',
      durationSeconds: undefined,
      status: 'down',
      lastSuccessSeconds: undefined,
    });
    const about = (await samples()).filter((line) => line.includes('"postgres"'));
    expect(about).toEqual([
      'health_check_status{check="postgres"} 0',
      'health_check_runs_total{check="postgres",result="skipped"} 1',
    ]);
  });

  it('follows a change without a run, as of a check whose dependency went down', async () => {
    const { observer, samples } = setUp();
    const change = { check: 'postgres', critical: true, cause: undefined } as const;
    observer.statusChanged?.({ ...change, from: 'up', to: 'degraded' });
    observer.probeChanged?.({ probe: 'readyz', ok: false, causes: ['postgres: slow'] });
    expect(await samples()).toEqual([
      'health_check_status{check="postgres"} 0.5',
      'health_check_transitions_total{check="postgres",from="up",to="degraded"} 1',
      'health_probe_status{probe="readyz"} 0',
    ]);
  });

  it('has nothing any more of a check that was taken off, as those that come later need the room', async () => {
    const { observer, samples } = setUp();
    const change = { critical: true, cause: undefined, from: 'unknown', to: 'up' } as const;
    for (let tenant = 0; tenant < 1000; tenant++) {
      const check = `tenant-${tenant}`;
      observer.activeRuns?.(check, 1);
      observer.statusChanged?.({ ...change, check });
      observer.statusChanged?.({ ...change, check, from: 'up', to: 'degraded' });
      for (const result of ['up', 'degraded', 'down', 'timeout', 'skipped'] as const) {
        observer.ran?.({ ...run, check, result });
      }
      observer.lateResult?.(check);
      observer.removed?.(check);
    }
    observer.ran?.(run);
    expect(await samples()).toEqual([
      'health_check_status{check="postgres"} 1',
      'health_check_duration_seconds_sum{check="postgres"} 0.25',
      'health_check_duration_seconds_count{check="postgres"} 1',
      'health_check_runs_total{check="postgres",result="up"} 1',
      'health_check_last_success_timestamp_seconds{check="postgres"} 1800000000',
    ]);
  });
});

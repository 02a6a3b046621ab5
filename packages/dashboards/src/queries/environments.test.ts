import { describe, expect, it } from 'vitest';
import { dashboardJson } from '../grafana/dashboard-json.ts';
import { dashboards } from '../dashboards.ts';
import { firingAlerts } from './alert-state.ts';
import { gauge } from './promql.ts';
import { errorRatioByVersion, quantileByVersion, requestRateByVersion } from './requests.ts';
import { gcTimeRatio } from './runtime.ts';
import { versionScope } from './scope.ts';

const instance = 'deployment_environment_name, namespace, job, instance';

describe('requests by version', () => {
  it.each([
    ['rate', requestRateByVersion(versionScope)],
    ['errors', errorRatioByVersion(versionScope)],
    ['quantile', quantileByVersion(versionScope, 0.95)],
  ])('take an instance of one name in two environments for two: %s', (_what, expr) => {
    expect(expr).toContain(
      `* on (${instance}) group_left (service_version) max by (${instance}, service_version) (`,
    );
  });

  it('are left of the chosen versions in their own environment', () => {
    expect(gauge(versionScope, 'process_open_fds')).toContain(` and on (${instance}) sightline_build_info{`);
  });
});

describe('firingAlerts', () => {
  it('are those of the chosen environments', () => {
    expect(firingAlerts()).toContain('deployment_environment_name=~"$environment", job=~"$service"');
  });

  it.each(Object.values(dashboards()).map((board) => [board.uid, board] as const))(
    'ask for an environment where one can be chosen: %s',
    (_uid, board) => {
      const hasEnvironment = board.variables.some(({ name }) => name === 'environment');
      const asked = JSON.stringify(dashboardJson(board)).match(/ALERTS\{[^}]*\}/g) ?? [];
      expect(asked.filter((expr) => expr.includes('$environment') !== hasEnvironment)).toEqual([]);
    },
  );
});

describe('gcTimeRatio', () => {
  it('is a share of the time of each heap of a cluster', () => {
    expect(gcTimeRatio(versionScope)).toMatch(
      /^sum by \(job, instance\) \(.*v8js_gc_duration_seconds_sum.* \/ clamp_min\(round\(sum by \(job, instance\) \(.*nodejs_eventloop_time_seconds_total.*\)\), 1\)$/,
    );
  });
});

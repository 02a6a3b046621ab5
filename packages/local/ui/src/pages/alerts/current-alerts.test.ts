import { describe, expect, it } from 'vitest';
import type { Alert } from '../../api/alertmanager.ts';
import type { PrometheusAlert } from '../../api/prometheus.ts';
import { currentAlerts } from './current-alerts.ts';

const evaluated = (
  labels: Record<string, string>,
  state: PrometheusAlert['state'] = 'firing',
): PrometheusAlert => ({ labels, annotations: {}, state, activeAt: '2026-11-26T10:00:00Z', value: '1e+00' });

const routed = (labels: Record<string, string>, status: Partial<Alert['status']> = {}): Alert => ({
  labels,
  annotations: {},
  fingerprint: 'f',
  startsAt: '2026-11-26T10:00:00Z',
  endsAt: '2026-11-26T11:00:00Z',
  receivers: [],
  status: { state: 'active', silencedBy: [], inhibitedBy: [], ...status },
});

const shown = (...args: Parameters<typeof currentAlerts>): string[] =>
  currentAlerts(...args).map(({ name, state }) => `${name} ${state}`);

describe('currentAlerts', () => {
  it('puts what fires and is critical first, what waits or is silenced later, and the watchdog last', () => {
    expect(
      shown(
        [
          evaluated({ alertname: 'Watchdog', severity: 'none' }),
          evaluated({ alertname: 'Waits', severity: 'critical' }, 'pending'),
          evaluated({ alertname: 'Warns', severity: 'warning' }),
          evaluated({ alertname: 'Silenced', severity: 'critical' }),
          evaluated({ alertname: 'Burns', severity: 'critical' }),
        ],
        [routed({ alertname: 'Silenced', severity: 'critical' }, { silencedBy: ['s'] })],
      ),
    ).toEqual(['Burns firing', 'Warns firing', 'Waits pending', 'Silenced silenced', 'Watchdog firing']);
  });

  it('takes an alert with external labels for the same, and shows those of others', () => {
    expect(
      shown(
        [evaluated({ alertname: 'A', job: 'shop' })],
        [
          routed({ alertname: 'A', job: 'shop', cluster: 'eu' }, { inhibitedBy: ['x'] }),
          routed({ alertname: 'Foreign' }),
        ],
      ),
    ).toEqual(['Foreign firing', 'A inhibited']);
  });
});

describe('currentAlerts of odd alerts', () => {
  it('has a place for what has no name, a severity that nobody knows, and what follows from others', () => {
    expect(
      shown(
        [evaluated({ severity: 'odd' }), evaluated({ alertname: 'A', severity: 'info' })],
        [routed({ alertname: 'B' }, { inhibitedBy: ['x'] }), routed({})],
      ),
    ).toEqual(expect.arrayContaining(['A firing', ' firing', 'B inhibited']));
  });

  it('puts the newest of two first, and else keeps an order', () => {
    const older = { ...evaluated({ alertname: 'Old' }), activeAt: '2026-11-26T09:00:00Z' };
    expect(shown([older, evaluated({ alertname: 'Z' }), evaluated({ alertname: 'New' })], [])).toEqual([
      'New firing',
      'Z firing',
      'Old firing',
    ]);
  });
});

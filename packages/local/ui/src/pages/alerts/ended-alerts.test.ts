import { describe, expect, it } from 'vitest';
import type { NotificationRecord } from '../../api/stack.ts';
import { endedAlerts } from './ended-alerts.ts';

const told = (timeMs: number, ...names: readonly string[]): NotificationRecord => ({
  outcome: 'delivered',
  error: '',
  timeMs,
  message: {
    status: 'firing',
    receiver: 'nobody',
    groupLabels: {},
    commonAnnotations: {},
    alerts: names.map((alertname) => ({
      status: 'firing',
      labels: { alertname, service: 'orders' },
      annotations: { summary: `${alertname} of orders` },
    })),
  },
});

describe('endedAlerts', () => {
  const nowMs = 10_000_000;
  const names = (records: readonly NotificationRecord[], active: readonly string[] = []): readonly string[] =>
    endedAlerts(
      records,
      active.map((alertname) => ({ service: 'orders', alertname })),
      nowMs,
    ).map(({ name, toldMs }) => `${name} ${nowMs - toldMs}`);

  it('has each that was told of lately once, the newest first, without the watchdog', () => {
    const records = [told(nowMs - 9000, 'A', 'B'), told(nowMs - 1000, 'B', 'Watchdog')];
    expect(names(records)).toEqual(['B 1000', 'A 9000']);
  });

  it('has none that fires still, and none of half an hour ago', () => {
    expect(names([told(nowMs - 1000, 'A'), told(nowMs - 1_800_000, 'B')], ['A'])).toEqual([]);
  });
});

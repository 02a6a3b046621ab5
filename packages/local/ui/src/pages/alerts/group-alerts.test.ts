import { describe, expect, it } from 'vitest';
import type { CurrentAlert } from './current-alerts.ts';
import { groupAlerts } from './group-alerts.ts';

const alert = (name: string, labels: Record<string, string>): CurrentAlert => ({
  key: JSON.stringify([name, labels]),
  name,
  labels,
  annotations: {},
  state: 'firing',
  sinceMs: 0,
  value: undefined,
  silencedBy: [],
  inhibitedBy: [],
});

describe('groupAlerts', () => {
  it('makes one of the alerts of a rule about a service, and says in what they differ', () => {
    const groups = groupAlerts([
      alert('Burn', { service: 'orders', window: '1h' }),
      alert('Burn', { service: 'orders', window: '6h' }),
      alert('Burn', { service: 'payments', window: '1h' }),
    ]);
    expect(
      groups.map(({ first, others, differing }) => [first.labels['service'], others.length, differing]),
    ).toEqual([
      ['orders', 1, ['window']],
      ['payments', 0, []],
    ]);
  });
});

describe('groupAlerts of jobs', () => {
  it('groups by the job where no service is said, or by the rule alone', () => {
    const groups = groupAlerts([alert('Down', { job: 'a' }), alert('Down', { job: 'b' }), alert('Down', {})]);
    expect(groups.map(({ others, differing }) => [others.length, differing])).toEqual([
      [0, []],
      [0, []],
      [0, []],
    ]);
  });
});

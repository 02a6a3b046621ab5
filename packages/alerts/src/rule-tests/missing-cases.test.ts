import { describe, expect, it } from 'vitest';
import { type RuleTestFile, isCheckOf, missingCases } from './missing-cases.ts';

const rule = { alert: 'Slow', for: '5m', labels: { severity: 'warning' } };
const expr = 'ALERTS{alertname="Slow", job="shop"}';
const firing = [{ labels: 'ALERTS{alertname="Slow", alertstate="firing", job="shop"}', value: 1 }];
const waiting = [{ labels: 'ALERTS{alertname="Slow", alertstate="pending", job="shop"}', value: 1 }];

function queries(...checks: readonly object[]): RuleTestFile {
  return { tests: [{ promql_expr_test: checks as never }] };
}

describe('missingCases', () => {
  it('lists every case of an alert without a test, and none of a rule that records', () => {
    expect(missingCases([rule, {}], [])).toEqual([
      'Slow: a firing case',
      'Slow: a silent case',
      'Slow: a case of its `for`',
      'Slow: a recovery case',
    ]);
  });

  it('finds them in queries of ALERTS, whatever their order', () => {
    const all = queries(
      { eval_time: '1h5m', expr },
      { eval_time: '20m', expr, exp_samples: firing },
      { eval_time: '10m', expr, exp_samples: waiting },
      { eval_time: '10m', expr: 'ALERTS{alertname="Slow", job="calm"}' },
    );
    expect(missingCases([rule], [all])).toEqual([]);
  });

  it('wants a rule with `for` seen waiting, and one without it silent', () => {
    const silentBefore = queries(
      { eval_time: '10m', expr },
      { eval_time: '20m', expr, exp_samples: firing },
      { eval_time: '30m', expr },
      { eval_time: '10m', expr: 'ALERTS{alertname="Slow", job="calm"}' },
    );
    expect(missingCases([rule], [silentBefore])).toEqual(['Slow: a case of its `for`']);
    expect(missingCases([{ alert: 'Slow' }], [silentBefore])).toEqual([]);
  });

  it('takes neither another alert nor another query for a case of a rule', () => {
    const other = queries(
      { eval_time: '1d', expr: 'up == 0' },
      { eval_time: '1d', expr: 'ALERTS{alertname="Other"}' },
      { eval_time: '10m', expr, exp_samples: waiting },
    );
    expect(missingCases([rule], [other])).toContain('Slow: a firing case');
    expect(isCheckOf(rule, { eval_time: '1d', expr: 'up == 0' })).toBe(false);
  });

  it.each([
    ['1s', '2s'],
    ['31s', '1m'],
    ['59s', '1m'],
    ['1m', '61s'],
    ['59m59s', '1h'],
    ['1h', '60m1s'],
    ['23h59m59s', '1d'],
    ['1d', '24h1s'],
  ])('knows that %s is before %s', (early, late) => {
    const file = queries({ eval_time: late, expr, exp_samples: firing }, { eval_time: early, expr });
    expect(missingCases([{ alert: 'Slow' }], [file])).toEqual([
      'Slow: a silent case',
      'Slow: a recovery case',
    ]);
  });

  it('takes no query in which the alert waits for a silent case', () => {
    const file = queries({ eval_time: '1m', expr }, { eval_time: '2m', expr, exp_samples: waiting });
    expect(missingCases([rule], [file])).toContain('Slow: a silent case');
  });

  it.each([
    'ALERTS{alertname="Slow"} == 1',
    'sum(ALERTS{alertname="Slow"})',
    'count(ALERTS{alertname="Slow"}',
  ])('does not take %s for a query of ALERTS', (asked) => {
    expect(isCheckOf(rule, { eval_time: '1m', expr: asked })).toBe(false);
  });

  it('finds them in tests of alerts as well', () => {
    const file: RuleTestFile = {
      tests: [
        {
          alert_rule_test: [
            { eval_time: '4m', alertname: 'Slow', exp_alerts: [] },
            { eval_time: '10m', alertname: 'Slow', exp_alerts: [{ exp_labels: { severity: 'warning' } }] },
            { eval_time: '20m', alertname: 'Slow' },
          ],
        },
      ],
    };
    expect(missingCases([rule], [file])).toEqual(['Slow: a silent case']);
    const other = { ...rule, labels: { severity: 'critical' } };
    expect(missingCases([other], [file])).toContain('Slow: a firing case');
  });

  it('tells rules with one name apart by their labels', () => {
    const hour = { alert: 'Burn', labels: { window: '1h', slo: 'a' } };
    expect(isCheckOf(hour, { eval_time: '1m', expr: 'ALERTS{alertname="Burn", window="6h"}' })).toBe(false);
    expect(isCheckOf(hour, { eval_time: '1m', expr: 'ALERTS{alertname="Burn", window="1h"}' })).toBe(true);
    expect(missingCases([hour], [])[0]).toBe('Burn a 1h: a firing case');
  });

  it('wants nothing of the Watchdog but that it fires', () => {
    expect(missingCases([{ alert: 'Watchdog' }], [])).toEqual(['Watchdog: a firing case']);
  });
});

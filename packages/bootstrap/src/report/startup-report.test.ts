import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from './finding.ts';
import { type StartupReportOptions, type WriteReport, createStartupReport } from './startup-report.ts';

const late: Finding = {
  code: 'SIGHTLINE_LOADED_LATE',
  severity: 'warn',
  problem: 'express 5.3.0 was loaded before',
  expected: 'it after',
  fix: 'use --import',
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(options: Partial<StartupReportOptions> = {}) {
  const lines: Parameters<WriteReport>[] = [];
  const report = createStartupReport({
    log: (...line) => lines.push(line),
    version: '0.1.0',
    endpoints: () => ['traces → nowhere', 'metrics and health on :9464'],
    now: () => vi.getMockedSystemTime()?.getTime() ?? 0,
    ...options,
  });
  return { report, lines };
}

describe('createStartupReport', () => {
  it('writes one line a second after the start, with what was instrumented', () => {
    const { report, lines } = setUp();
    report.instrumented('express', '5.3.0');
    report.instrumented('express', '5.3.0');
    report.instrumented('router', '2.3.0');
    report.instrumented('express', '4.22.1');
    report.instrumented('pg', undefined);
    vi.advanceTimersByTime(999);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(lines).toEqual([
      [
        'info',
        {},
        'sightline 0.1.0: traces → nowhere, metrics and health on :9464; express 5.3.0, express 4.22.1, pg instrumented',
      ],
    ]);
    report.write();
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
  });

  it('takes the time itself, and names copies without a version once', () => {
    const lines: string[] = [];
    const report = createStartupReport({
      log: (_level, _fields, message) => lines.push(message),
      version: '0.1.0',
      endpoints: () => ['no admin port'],
    });
    for (const version of ['8.0.0', undefined, undefined]) report.instrumented('pg', version);
    vi.advanceTimersByTime(10_000);
    expect(lines).toEqual(['sightline 0.1.0: no admin port; pg 8.0.0, pg instrumented']);
  });

  it('waits while libraries are still being loaded, but not for ever', () => {
    const { report, lines } = setUp();
    for (let second = 0; second < 5; second++) {
      vi.advanceTimersByTime(900);
      report.instrumented(`library-${second}`, '1.0.0');
    }
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(lines).toHaveLength(1);

    const other = setUp();
    for (let count = 0; count < 20; count++) {
      vi.advanceTimersByTime(900);
      other.report.instrumented(`library-${count}`, '1.0.0');
    }
    expect(other.lines).toHaveLength(1);
  });

  it('writes the line with the first request when that comes earlier', () => {
    const { report, lines } = setUp();
    report.write();
    expect(lines).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('warns when something is wrong, says what and how to put it right, and keeps what is only good to know', () => {
    const { report, lines } = setUp();
    report.add(late);
    report.add(late);
    report.add({ ...late, severity: 'info', problem: 'something to know' });
    report.write();
    expect(lines).toEqual([
      [
        'warn',
        { problems: [late] },
        'sightline 0.1.0: traces → nowhere, metrics and health on :9464; ' +
          '1 problem: express 5.3.0 was loaded before. Expected: it after. Fix: use --import.',
      ],
    ]);
    expect(report.details().findings).toHaveLength(2);
  });

  it('writes what is found out later in a line of its own, once', () => {
    const { report, lines } = setUp();
    report.write();
    const unreachable: Finding = { ...late, code: 'SIGHTLINE_EXPORT_UNREACHABLE', severity: 'error' };
    report.add(unreachable);
    report.add({ ...unreachable });
    report.add({ ...late, severity: 'info' });
    expect(lines.slice(1)).toEqual([
      [
        'error',
        { code: 'SIGHTLINE_EXPORT_UNREACHABLE' },
        'express 5.3.0 was loaded before. Expected: it after. Fix: use --import.',
      ],
    ]);
  });

  it('keeps 100 findings and counts the others', () => {
    const { report, lines } = setUp();
    for (let count = 0; count < 150; count++) report.add({ ...late, problem: `problem ${count}` });
    report.write();
    report.add({ ...late, problem: 'one more' });
    expect(report.details()).toMatchObject({ findingsLeftOut: 51, findings: { length: 100 } });
    expect(lines).toHaveLength(1);
  });

  it('writes nothing once it is stopped, and survives a logger that throws', () => {
    const { report, lines } = setUp();
    report.stop();
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);

    const throwing = setUp({
      log() {
        throw new Error('closed');
      },
    });
    expect(() => throwing.report.write()).not.toThrow();
  });
});

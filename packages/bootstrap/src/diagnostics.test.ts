import { inspect } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeDiagnostics } from './diagnostics.ts';
import type { WriteReport } from './report/startup-report.ts';

afterEach(() => diag.disable());

function setup(level: Parameters<typeof writeDiagnostics>[0]) {
  const write = vi.fn<WriteReport>();
  const stop = writeDiagnostics(level, write);
  // The API tells of the registration itself.
  write.mock.calls.length = 0;
  return { stop, lines: write.mock.calls };
}

describe('writeDiagnostics', () => {
  it('writes nothing where nothing was asked for', () => {
    const { lines } = setup(undefined);
    diag.error('broken');
    expect(lines).toEqual([]);
  });

  it('writes lines from the level on that was asked for, those below info as info', () => {
    const { lines } = setup('debug');
    const error = new Error('why');
    diag.createComponentLogger({ namespace: 'pg' }).error('hook failed', error, { tries: 2 });
    diag.warn('loaded before');
    diag.debug('applying', ['patch']);
    diag.verbose('too much');
    expect(lines).toEqual([
      ['error', { err: error }, 'pg hook failed { tries: 2 }'],
      ['warn', {}, 'loaded before'],
      ['info', {}, "applying [ 'patch' ]"],
    ]);
  });

  it('writes all of it at all, cut where it is long', () => {
    const { lines } = setup('all');
    diag.verbose('x'.repeat(10_000));
    expect(lines).toEqual([['info', {}, 'x'.repeat(4_000)]]);
  });

  it('does not fail by an object that throws as it is shown', () => {
    const { lines } = setup('error');
    const odd = {
      [inspect.custom]() {
        throw new Error('not shown');
      },
    };
    diag.error('broken', odd);
    expect(lines).toEqual([['error', {}, 'broken [object]']]);
  });

  it('leaves the logger that somebody has set before or since', () => {
    const theirs = { error: vi.fn<() => void>(), warn() {}, info() {}, debug() {}, verbose() {} };
    diag.setLogger(theirs, DiagLogLevel.ERROR);
    const late = setup('info');
    diag.error('a');
    diag.disable();
    const early = setup('info');
    diag.setLogger(theirs, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
    early.stop();
    diag.error('b');
    expect(theirs.error.mock.calls).toEqual([['a'], ['b']]);
    expect([late.lines, early.lines]).toEqual([[], []]);
  });

  it('writes no more once it is stopped', () => {
    const { stop, lines } = setup('info');
    stop();
    diag.error('late');
    expect(lines).toEqual([]);
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS, runChild, runtimes } from './run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const program = fileURLToPath(new URL('child.mjs', import.meta.url));
const FLUSHED = ['flush true', 'flushed'];

/** How each end looks from outside, and what happened in which order. */
const ends = [
  { end: 'comes to its natural end', scenario: 'natural', code: 0, said: [...FLUSHED, 'sync true'] },
  {
    end: 'goes on after the event that announces its natural end, three times',
    scenario: 'goesOn',
    code: 0,
    said: [
      ...['beforeExit', 'flush', 'first job', 'beforeExit', 'second job', 'beforeExit', 'third job'],
      ...['end', 'flush', 'sync true'],
    ],
  },
  {
    end: 'cleans up after the event that announces its natural end, and calls process.exit',
    scenario: 'goesOnAndExits',
    code: 8,
    said: ['flush', 'sync true'],
  },
  { end: 'calls process.exit', scenario: 'exit', code: 5, said: ['sync true'] },
  { end: 'gets SIGTERM', scenario: 'sigterm', signal: 'SIGTERM', said: [...FLUSHED, 'sync true'] },
  { end: 'gets SIGINT', scenario: 'sigint', signal: 'SIGINT', said: [...FLUSHED, 'sync true'] },
  { end: 'gets SIGHUP', scenario: 'sighup', signal: 'SIGHUP', said: [...FLUSHED, 'sync true'] },
  { end: 'gets SIGQUIT', scenario: 'sigquit', signal: 'SIGQUIT', said: [...FLUSHED, 'sync true'] },
  {
    end: 'gets SIGUSR2, as from nodemon',
    scenario: 'sigusr2',
    signal: 'SIGUSR2',
    said: ['drain SIGUSR2', ...FLUSHED, 'sync true'],
  },
  {
    end: 'handles SIGUSR2 and goes on to its natural end',
    scenario: 'snapshot',
    code: 0,
    said: ['flush true', 'snapshot', 'flushed', ...FLUSHED, 'sync true'],
  },
  {
    end: 'gets SIGTERM and its backend hangs',
    scenario: 'hanging',
    signal: 'SIGTERM',
    said: ['flush', 'sync false'],
  },
  { end: 'gets SIGTERM and its backend fails', scenario: 'failing', signal: 'SIGTERM', said: ['sync true'] },
  { end: 'gets SIGTERM and its telemetry throws', scenario: 'throwing', signal: 'SIGTERM', said: [] },
  {
    end: 'gets SIGTERM twice and its backend hangs',
    scenario: 'double',
    signal: 'SIGTERM',
    said: ['flush', 'sync true'],
  },
  {
    end: 'gets SIGTERM twice at once, as from systemd and npm',
    scenario: 'echo',
    signal: 'SIGTERM',
    said: ['drain', 'echo', ...FLUSHED, 'sync true'],
  },
  {
    end: 'gets SIGTERM twice at once and handles it by itself',
    scenario: 'echoHandled',
    code: 3,
    said: ['flush', 'drain false', 'app', 'app', 'sync true'],
  },
  {
    end: 'drains at SIGTERM',
    scenario: 'drain',
    signal: 'SIGTERM',
    said: ['drain SIGTERM', ...FLUSHED, 'sync true'],
  },
  {
    end: 'gets SIGINT twice while it drains',
    scenario: 'drainTwice',
    signal: 'SIGINT',
    said: ['drain', ...FLUSHED, 'sync true'],
  },
  {
    end: 'gets SIGTERM twice, and its drain takes the hint',
    scenario: 'drainHurried',
    signal: 'SIGTERM',
    said: ['drain true', 'hurried', ...FLUSHED, 'sync true'],
  },
  {
    end: 'handles the first SIGTERM of two',
    scenario: 'drainHandledOnce',
    signal: 'SIGTERM',
    said: ['flush', 'drain false false', 'app', 'drain true true', 'flush', 'sync false'],
  },
  {
    end: 'comes to its natural end and its backend hangs',
    scenario: 'hangingNatural',
    code: 0,
    said: ['flush', 'sync false'],
  },
  {
    end: 'handles SIGTERM by itself',
    scenario: 'handled',
    code: 0,
    said: ['flush true', 'app', 'flushed', ...FLUSHED, 'sync true'],
  },
  {
    end: 'handles SIGTERM once',
    scenario: 'handledOnce',
    code: 0,
    said: ['flush true', 'app', 'flushed', ...FLUSHED, 'sync true'],
  },
  {
    end: 'handles SIGTERM and exits 100 ms later',
    scenario: 'handledExit',
    code: 3,
    said: ['flush', 'app', 'sync true'],
  },
  {
    end: 'begins to handle SIGTERM during the flush',
    scenario: 'handledLater',
    code: 4,
    said: ['app', 'sync true'],
  },
  {
    end: 'has signal-exit',
    scenario: 'polite',
    signal: 'SIGTERM',
    said: [...FLUSHED, 'sync true', 'signal-exit'],
  },
  {
    end: 'has another polite listener',
    scenario: 'marked',
    signal: 'SIGTERM',
    said: ['flush true', 'marked', 'flushed', 'sync true'],
  },
  {
    end: 'is process 1, which a signal does not kill',
    scenario: 'firstProcess',
    code: 143,
    said: [...FLUSHED, 'sync true'],
  },
  {
    end: 'is process 1 and SIGUSR2 does not end it',
    scenario: 'firstProcessUsr2',
    code: 0,
    said: ['listeners 0 1'],
  },
  { end: 'runs on Windows', scenario: 'windows', code: 0, said: ['listeners 0 1'] },
  { end: 'was let go', scenario: 'letGo', signal: 'SIGTERM', said: [] },
  {
    end: 'has something to end first',
    scenario: 'beforeEnd',
    signal: 'SIGTERM',
    said: ['end true', ...FLUSHED, 'sync true'],
  },
  {
    end: 'has something to end first that fails',
    scenario: 'beforeEndFails',
    signal: 'SIGTERM',
    said: [...FLUSHED, 'sync true'],
  },
  {
    end: 'handles SIGHUP and goes on to its natural end',
    scenario: 'reload',
    code: 0,
    said: ['flush true', 'reload', 'flushed', 'end', ...FLUSHED, 'sync true'],
  },
  {
    end: 'goes on after an error, which a callback captures',
    scenario: 'captured',
    code: 0,
    // Where it can be looked up that it does.
    maySay: 'crash boom uncaughtException false',
    said: ['app', ...FLUSHED, 'sync true'],
  },
  { end: 'is a worker thread', scenario: 'worker', code: 0, said: ['listeners 0', ...FLUSHED, 'sync true'] },
] as const;

/** Errors that nobody catches leave what Node.js prints as it is. */
const crashes = [
  {
    end: 'an exception is not caught',
    scenario: 'thrown',
    code: 1,
    said: ['crash boom uncaughtException true', 'sync true'],
  },
  {
    end: 'a rejection is not handled',
    scenario: 'rejected',
    code: 1,
    said: ['crash boom unhandledRejection true', 'sync true'],
  },
  {
    end: 'a listener for exit throws',
    scenario: 'exitThrows',
    code: 6,
    said: ['sync true', 'crash boom uncaughtException true', 'sync true'],
  },
  {
    end: 'a listener for exit throws before it could be flushed',
    scenario: 'exitThrowsFirst',
    code: 6,
    said: ['crash boom uncaughtException true', 'sync true'],
  },
  { end: 'what tells of it throws', scenario: 'crashThrows', code: 1, said: ['sync true'] },
] as const;

describe.concurrent.each(runtimes)('ownLifecycle on $node', ({ path: runtime }) => {
  it.for(ends)('flushes and lets the process end as it would when it $end', async (end) => {
    const child = await runChild(runtime, [program, end.scenario]);
    const mayBeSaid = 'maySay' in end ? end.maySay : '';
    expect({
      ...child,
      stdout: child.stdout.split('\n').filter((line) => line !== '' && line !== mayBeSaid),
    }).toEqual({
      code: 'code' in end ? end.code : null,
      signal: 'signal' in end ? end.signal : null,
      stdout: end.said,
      stderr: '',
    });
  });

  it.for(crashes)('tells of it and flushes when $end', async ({ scenario, code, said }) => {
    const child = await runChild(runtime, [program, scenario]);
    expect({ code: child.code, said: child.stdout.split('\n').filter(Boolean) }).toEqual({ code, said });
    expect(child.stderr).toMatch(/Error: boom\n {4}at /);
    expect(child.stderr).not.toContain('telemetry');
  });

  it('says that it is fatal after all when the application ends the process at once', async () => {
    const child = await runChild(runtime, [program, 'caughtAndEnded']);
    expect(child).toMatchObject({ code: 9, stderr: '' });
    expect(child.stdout.split('\n').slice(0, -1)).toEqual([
      'crash boom uncaughtException false',
      'crash boom uncaughtException true',
      'sync true',
    ]);
  });

  it('says that it is not fatal when the application catches it', async () => {
    const child = await runChild(runtime, [program, 'caught']);
    expect(child).toMatchObject({ code: 0, stderr: '' });
    expect(child.stdout).toContain('crash boom uncaughtException false\napp\n');
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type ChildOptions, MAX_LIFE_MS, lineNumbers, runChild, runtimes, upTo } from './run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

/** How each end of a process looks from outside, and how many lines it has to leave behind. */
const ends = [
  { end: 'it comes to its natural end', scenario: 'natural', code: 0 },
  { end: 'process.exit is called in the turn of the first line', scenario: 'exit-same-turn', code: 3 },
  { end: 'process.exit is called in a timer', scenario: 'exit-in-timer', code: 0 },
  { end: 'process.exitCode is set', scenario: 'exit-code', code: 7 },
  { end: 'an exception is not caught', scenario: 'uncaught-exception', code: 1 },
  { end: 'a rejection is not handled', scenario: 'unhandled-rejection', code: 1 },
  { end: "an 'exit' listener of the application logs", scenario: 'exit-listener', code: 0 },
  { end: 'a fatal line is the last one', scenario: 'fatal', code: 0 },
  { end: 'SIGTERM comes in the same turn', scenario: 'sigterm-same-turn', signal: 'SIGTERM' },
  { end: 'SIGINT comes later', scenario: 'sigint', signal: 'SIGINT' },
  { end: 'the application handles SIGTERM and logs meanwhile', scenario: 'sigterm-handled', code: 0 },
  { end: 'the application handles SIGTERM once', scenario: 'sigterm-once-handler', code: 0 },
  { end: 'it exits after 200,000 lines in one turn', scenario: 'burst', code: 0, lines: 200_000 },
] as const;

const destinations = [
  { destination: 'stdout', output: 'pipe' },
  { destination: 'stdout', output: 'socket' },
  { destination: 'file', output: 'pipe' },
  { destination: 'lane', output: 'pipe' },
] as const;

const elsewhere = destinations.filter(({ output }) => output === 'pipe');

/** One of each kind of end, for the other versions and for a socket. */
const onEveryRuntime = new Set(['exit-same-turn', 'uncaught-exception', 'sigterm-same-turn', 'natural']);

describe.concurrent.each(runtimes)('at the end of a process on $node', ({ path: runtime }) => {
  describe.concurrent.each(runtime === process.execPath ? destinations : elsewhere)(
    '$destination ($output)',
    ({ destination, output }) => {
      const all = runtime === process.execPath && output === 'pipe';
      const chosen = ends.filter(({ scenario }) => all || onEveryRuntime.has(scenario));
      it.for(chosen)('keeps every line when $end', async (end) => {
        const options: ChildOptions = { destination, output, scenario: end.scenario, runtime };
        const { code, signal, text, stderr } = await runChild(options);
        expect({ code, signal, stderr: stderr.replace(/^.*\bError: un.*$/ms, '') }).toEqual({
          code: 'code' in end ? end.code : null,
          signal: 'signal' in end ? end.signal : null,
          stderr: '',
        });
        expect(lineNumbers(text)).toEqual(upTo('lines' in end ? end.lines : 100));
      });
    },
  );
});

describe.concurrent("a lane's thread", () => {
  const preload = fileURLToPath(new URL('preload.mjs', import.meta.url));
  it.each([
    { from: 'the command line', options: { flags: ['--import', preload] } },
    { from: 'NODE_OPTIONS', options: { env: { NODE_OPTIONS: `--import ${preload}` } } },
  ])('runs no preload of the application from $from, and prints nothing', async ({ options }) => {
    const child = await runChild({ destination: 'lane', scenario: 'natural', ...options });
    expect(child).toMatchObject({ code: 0, printed: '', stderr: 'preload in thread 0\n' });
    expect(lineNumbers(child.text)).toEqual(upTo(100));
  });
});

describe.concurrent.each(runtimes)(
  'a thread that dies at the end of a process on $node',
  ({ path: runtime }) => {
    it('is started again while the process exits, and every line arrives', async () => {
      const child = await runChild({ destination: 'dying', scenario: 'thread-dies', runtime });
      expect(child.code).toBe(0);
      expect(lineNumbers(child.text)).toEqual(upTo(100));
    });
  },
);

describe.concurrent('a destination that cannot deliver', () => {
  it.for(['pipe', 'socket'] as const)(
    'keeps every line on a %s whose reader only begins when the process exits',
    async (output) => {
      const { code, text } = await runChild({
        destination: 'stdout',
        scenario: 'slow-reader',
        output,
        read: async (child) => {
          await child.said('exiting');
          child.resume();
        },
      });
      expect(code).toBe(0);
      expect(lineNumbers(text)).toEqual(upTo(20_000));
    },
  );

  it.for(['pipe', 'socket'] as const)(
    'gives up on a %s that nobody reads when exitDeadlineMs has passed',
    async (output) => {
      const { code } = await runChild({
        destination: 'stdout',
        scenario: 'slow-reader',
        output,
        exitDeadlineMs: 50,
        read: () => undefined,
      });
      expect(code).toBe(0);
    },
  );

  it.for([
    { scenario: 'natural', code: 0, signal: null },
    { scenario: 'exit-same-turn', code: 3, signal: null },
    { scenario: 'sigterm-same-turn', code: null, signal: 'SIGTERM' },
  ])('ends $scenario when its sink hangs and exitDeadlineMs has passed', async (end) => {
    const { scenario, ...ended } = end;
    const { code, signal } = await runChild({ destination: 'hanging', scenario, exitDeadlineMs: 100 });
    expect({ code, signal }).toEqual(ended);
  });

  it('does not wait for a hanging sink after a second signal', async () => {
    // Far longer than the test may take: only the second signal can end it in time.
    const { signal } = await runChild({
      destination: 'hanging',
      scenario: 'two-signals',
      exitDeadlineMs: 600_000,
    });
    expect(signal).toBe('SIGTERM');
  });

  it('counts lines as dropped, and goes on, when the reader of stdout goes away', async () => {
    const { code, stderr } = await runChild({
      destination: 'stdout',
      scenario: 'reader-gone',
      read: async (child) => {
        await child.said('flushed');
        child.hangUp();
        child.send('go on');
      },
    });
    expect(code).toBe(0);
    expect(stderr).toContain('[SIGHTLINE_STDOUT_DROPPED]');
    const counts: unknown = JSON.parse(/\{"queued".*?\}/.exec(stderr)?.[0] ?? 'null');
    expect(counts).toMatchObject({ queued: 0, sent: 10, dropped: 20 });
  });
});

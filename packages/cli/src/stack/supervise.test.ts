import { ChildProcess } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { type Io, endedBy } from '../io.ts';
import { supervise } from './supervise.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** Servers are scripts of a shell; whether they are ready, `fetch` says. */
function supervised(scripts: Readonly<Record<string, string>>, fetch: Io['fetch'], quick = {}) {
  const abort = new AbortController();
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const tell = (text: string): void => {
    told.push(text);
    for (const each of waiting) each();
  };
  const run = supervise(
    { signal: abort.signal, fetch, isTerminal: { stdout: false, stderr: false, stdin: true } },
    {
      commands: Object.entries(scripts).map(([server, script]) => ({
        server: server as 'loki',
        path: script.startsWith('/') ? script : '/bin/sh',
        args: ['-c', script],
        env: {},
        cwd: '/',
        readyUrl: `http://${server}.test/ready`,
      })),
      onLine: (server, line) => tell(`${server}> ${line}`),
      onChange: (server, what) => tell(`${server} ${what}`),
    },
    {
      restartMs: 1,
      steadyMs: 60_000,
      readyMs: 60_000,
      endMs: 60_000,
      askedByTerminalMs: 60_000,
      askEveryMs: 1,
      ...quick,
    },
  );
  return {
    ...run,
    abort,
    told,
    untilTold: (text: string) =>
      new Promise<void>((done) => {
        const look = (): void => void (told.includes(text) && done());
        waiting.push(look);
        look();
      }),
  };
}

const ready: Io['fetch'] = () => Promise.resolve(new Response('ready'));
const away: Io['fetch'] = () => Promise.reject(new TypeError('fetch failed'));

/** Ends when it is asked to. */
const SERVES = 'trap "exit 0" TERM; echo up; echo warned >&2; while :; do sleep 0.02; done';

describe('supervise', () => {
  it('hands on what servers write, says who is ready, and ends all when it is asked to', async () => {
    const run = supervised({ loki: SERVES, tempo: SERVES }, ready);
    expect(await run.started).toEqual({ ready: ['loki', 'tempo'], failed: [] });
    await Promise.all(['loki> up', 'loki> warned', 'tempo> up'].map((line) => run.untilTold(line)));
    run.abort.abort();
    await run.ended;
    expect(run.told).toEqual(
      expect.arrayContaining(['loki is ready', 'loki is asked to end', 'loki has ended', 'tempo has ended']),
    );
  });

  it('starts again what ends by itself, and gives it up at the fourth time in a row', async () => {
    const run = supervised({ loki: 'exit 3', tempo: 'kill -9 $$' }, away);
    await run.ended;
    expect(await run.started).toEqual({ ready: [], failed: ['loki', 'tempo'] });
    expect(run.told.filter((each) => each === 'loki ended with 3: started again')).toHaveLength(3);
    expect(run.told).toContain('loki ended with 3, 4 times in a row: given up');
    expect(run.told).toContain('tempo ended by SIGKILL, 4 times in a row: given up');
  });

  it('starts what has run for long anew, however often', async () => {
    const run = supervised({ loki: 'exit 1' }, away, { steadyMs: 0 });
    while (run.told.length < 6) {
      // oxlint-disable-next-line no-await-in-loop -- until it has been started more often than four times
      await turn();
    }
    run.abort.abort();
    await run.ended;
    expect(run.told.join('\n')).not.toContain('given up');
  });

  it('gives up a program that cannot be started', async () => {
    const run = supervised({ loki: '/nowhere/loki' }, away);
    await run.ended;
    expect(run.told.at(-1)).toBe('loki ended at once (ENOENT), 4 times in a row: given up');
  });

  it('counts one that is not ready in time as failed, and lets it run on until it is asked to end', async () => {
    const busy = (): Promise<Response> => Promise.resolve(new Response('', { status: 503 }));
    const run = supervised({ loki: SERVES }, busy, { readyMs: 20 });
    expect(await run.started).toEqual({ ready: [], failed: ['loki'] });
    expect(run.told).toContain('loki is not ready after 0.02 s');
    run.abort.abort();
    await run.ended;
    expect(run.told.at(-1)).toBe('loki has ended');
  });

  it('does not signal a second time what Ctrl-C on the terminal has signalled', async () => {
    const kill = vi.spyOn(ChildProcess.prototype, 'kill');
    const script = 'trap "exit 0" INT; echo $$; while :; do sleep 0.02; done';
    const run = supervised({ loki: script }, ready);
    const pid = await vi.waitUntil(
      () => Number(/^loki> (\d+)$/m.exec(run.told.join('\n'))?.[1] ?? 0) || undefined,
      { timeout: 50_000 },
    );
    run.abort.abort(endedBy('SIGINT'));
    process.kill(pid, 'SIGINT');
    await run.ended;
    expect(run.told).toContain('loki has ended');
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });

  it('asks one to end all the same that goes on after Ctrl-C', async () => {
    const run = supervised({ loki: SERVES }, ready, { askedByTerminalMs: 20 });
    await run.untilTold('loki> up');
    run.abort.abort(endedBy('SIGINT'));
    await run.ended;
    expect(run.told.at(-1)).toBe('loki has ended');
  });

  it('kills one that does not end when it is asked to', async () => {
    const run = supervised({ loki: 'trap "" TERM; echo up; while :; do sleep 0.02; done' }, ready, {
      endMs: 30,
    });
    await run.untilTold('loki> up');
    run.abort.abort();
    await run.ended;
    expect(run.told.at(-1)).toBe('loki has ended');
  });

  it('ends one that was just started when the user was quicker', async () => {
    const run = supervised({ loki: SERVES }, away);
    run.abort.abort();
    await run.ended;
    expect(await run.started).toEqual({ ready: [], failed: ['loki'] });
    expect(run.told.at(-1)).toBe('loki has ended');
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../servers/ports.ts';
import type { Backend, Received } from './backend.ts';

/** The real embedded stack, `sightline dev`, as the backend of traces and of lines. */
export interface Embedded extends Backend {
  /** Ends it, and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it once more with what it has kept, and waits until it answers. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
}

const COMMAND = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const POLL_MS = 50;
const READY_MS = 30_000;
const ANSWER_MS = 10_000;
/** What is asked for: everything that came since a moment, each thing as often as it is kept. */
const SPANS = '{} | count_over_time()';
const linesOf = (rangeMs: number): string => `sum(count_over_time({level=~".+"}[${rangeMs}ms]))`;
const HOUR_MS = 3_600_000;
/** By so much the times of a service may be off from those here. */
const SKEW_MS = 2000;

type Counted = Pick<Received, 'spans' | 'lines'>;

/** @param folder where it keeps what comes in */
export async function startEmbedded(folder: string): Promise<Embedded> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let said = '';
  // To count all that is kept takes longer the more there is: with every look it would take the core away from the load.
  let before = { spans: 0, lines: 0, untilMs: Date.now() - HOUR_MS };

  /** @throws {Error} when it does not answer, or with anything but success */
  async function ask<Answer>(path: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
    const response = await fetch(`${url}${path}?${new URLSearchParams(parameters).toString()}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Answer;
  }

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [COMMAND, 'dev', '--port', `${port}`, '--data-dir', folder], {
      cwd: folder,
      env: { PATH: process.env['PATH'], NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-4000)));
    child = started;
    const endsMs = performance.now() + READY_MS;
    while (started.exitCode === null && performance.now() < endsMs) {
      // oxlint-disable-next-line no-await-in-loop -- asked until it answers
      const isReady = await fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      // oxlint-disable-next-line no-await-in-loop -- asked until it answers
      await pause(POLL_MS);
    }
    started.kill('SIGKILL');
    throw new Error(`the embedded stack did not answer within ${READY_MS} ms: ${said}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  }

  /** What came in a time, by its own times. */
  async function countBetween(fromMs: number, toMs: number): Promise<Counted> {
    const [traces, logs] = await Promise.all([
      ask<{ series: readonly { value: number }[] }>('/api/metrics/query', {
        q: SPANS,
        start: `${fromMs}000000`,
        end: `${toMs}000000`,
      }),
      ask<{ data: { result: readonly { value: readonly [number, string] }[] } }>('/loki/api/v1/query', {
        query: linesOf(toMs - fromMs),
        time: `${toMs}000000`,
      }),
    ]);
    return { spans: traces.series[0]?.value ?? 0, lines: Number(logs.data.result[0]?.value[1] ?? 0) };
  }

  async function received(): Promise<Received> {
    const { untilMs, ...older } = before;
    const newer = await countBetween(untilMs, Date.now() + SKEW_MS);
    return { spans: older.spans + newer.spans, workSpans: 0, lines: older.lines + newer.lines, repeated: 0 };
  }

  /** What is older is counted once for all; what is so new that the next things may have its times, each time. */
  async function settled(): Promise<void> {
    const nowMs = Date.now();
    const untilMs = nowMs - SKEW_MS;
    const [all, recent] = await Promise.all([received(), countBetween(untilMs, nowMs + SKEW_MS)]);
    before = { spans: all.spans - recent.spans, lines: all.lines - recent.lines, untilMs };
  }

  await start();
  return {
    url,
    port,
    received,
    settled,
    start,
    end,
    // The ids of what arrived are asked for at the end of a process alone, which this backend does not see.
    ids: () => new Set(),
    setFault: () => Promise.resolve(),
    closeConnections: () => {},
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    close: () => end('SIGKILL'),
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Io, isEndedOnTerminal } from '../io.ts';
import type { NativeCommand } from './native-layout.ts';

export interface SuperviseOptions {
  readonly commands: readonly NativeCommand[];
  /** Takes each line that a server writes. */
  readonly onLine: (server: string, line: string) => void;
  /** Told of what happens to a server: `ready`, or that it ended. */
  readonly onChange: (server: string, what: string) => void;
}

export interface Supervised {
  /** Resolves when every server is ready, or has been given up. */
  readonly started: Promise<{ readonly ready: readonly string[]; readonly failed: readonly string[] }>;
  /** Resolves when all have ended: the user has asked for it, or the last one was given up. */
  readonly ended: Promise<void>;
}

/** Starts that may fail one after the other, before a server is given up. */
const MOST_STARTS = 4;

/** How long it waits for what. */
interface SuperviseTiming {
  /** Wait before the second start [ms]; it doubles. */
  readonly restartMs: number;
  /** One that ran for this long starts with a clean slate [ms]. */
  readonly steadyMs: number;
  /** How long a server may take to be ready [ms]. */
  readonly readyMs: number;
  /** How long it may take to end [ms]. */
  readonly endMs: number;
  /** How long it may take to end after a signal of the terminal, before it is asked to once more [ms]. */
  readonly askedByTerminalMs: number;
  /** How often it is asked whether it is ready [ms]. */
  readonly askEveryMs: number;
}
const usualTiming: SuperviseTiming = {
  restartMs: 1000,
  steadyMs: 60_000,
  readyMs: 90_000,
  endMs: 60_000,
  askedByTerminalMs: 20_000,
  askEveryMs: 250,
};

/** Runs servers until the user ends it: starts again what ends by itself, and ends all when the signal says so. */
export function supervise(
  { signal, fetch, isTerminal }: Pick<Io, 'signal' | 'fetch' | 'isTerminal'>,
  { commands, onLine, onChange }: SuperviseOptions,
  { restartMs, steadyMs, readyMs, endMs, askedByTerminalMs, askEveryMs }: SuperviseTiming = usualTiming,
): Supervised {
  const runs = commands.map((command) => runServer(command));
  signal.addEventListener(
    'abort',
    () => {
      for (const { server } of commands) onChange(server, 'is asked to end');
    },
    { once: true },
  );

  function runServer(command: NativeCommand): { ready: Promise<boolean>; ended: Promise<void> } {
    const { promise: ready, resolve: tellReady } = Promise.withResolvers<boolean>();
    return { ready, ended: keepUp().finally(() => tellReady(false)) };

    async function keepUp(): Promise<void> {
      for (let starts = 1; !signal.aborted; starts += 1) {
        const startedAtMs = performance.now();
        // oxlint-disable-next-line no-await-in-loop -- one run after the other
        const how = await oneRun();
        if (signal.aborted) {
          onChange(command.server, 'has ended');
          return;
        }
        const ranMs = performance.now() - startedAtMs;
        if (ranMs > steadyMs) starts = 1;
        if (starts >= MOST_STARTS) {
          onChange(command.server, `ended ${how}, ${starts} times in a row: given up`);
          return;
        }
        onChange(command.server, `ended ${how}: started again`);
        // oxlint-disable-next-line no-await-in-loop -- the same
        await delay(restartMs * 2 ** (starts - 1), undefined, { signal }).catch(() => undefined);
      }
    }

    async function oneRun(): Promise<string> {
      const child = spawn(command.path, [...command.args], {
        cwd: command.cwd,
        env: { ...command.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      // Whoever is in a hurry ends this process, and must not leave the servers behind.
      const kill = (): void => void child.kill('SIGKILL');
      process.once('exit', kill);
      const { promise: exited, resolve: tellExit } = Promise.withResolvers<string>();
      child.once('error', (error) => tellExit(`at once (${(error as NodeJS.ErrnoException).code})`));
      child.once('exit', (code, by) => tellExit(by === null ? `with ${code}` : `by ${by}`));
      for (const stream of [child.stdout, child.stderr]) {
        createInterface(stream).on('line', (line) => onLine(command.server, line));
      }
      const over = new AbortController();
      const asked = untilReady(command, over.signal);
      const end = (): void => {
        // Loki and Tempo die of a second signal in the middle of writing what they have.
        const waitMs = isEndedOnTerminal({ signal, isTerminal }) ? askedByTerminalMs : 0;
        void endChild(child, { waitMs, endMs });
      };
      signal.addEventListener('abort', end, { once: true });
      // It was not there yet when the signal came.
      if (signal.aborted) void endChild(child, { waitMs: 0, endMs });
      const how = await exited;
      over.abort();
      process.off('exit', kill);
      signal.removeEventListener('abort', end);
      await asked;
      return how;
    }

    async function untilReady({ readyUrl, server }: NativeCommand, over: AbortSignal): Promise<void> {
      const deadlineMs = performance.now() + readyMs;
      while (!over.aborted && performance.now() < deadlineMs) {
        // oxlint-disable-next-line no-await-in-loop -- one question after the other
        const answer = await fetch(readyUrl, {
          signal: AbortSignal.any([over, AbortSignal.timeout(2000)]),
        }).catch(() => undefined);
        // oxlint-disable-next-line no-await-in-loop -- the same
        await answer?.text().catch(() => '');
        if (answer?.ok === true) {
          onChange(server, 'is ready');
          tellReady(true);
          return;
        }
        // oxlint-disable-next-line no-await-in-loop -- the same
        await delay(askEveryMs, undefined, { signal: over }).catch(() => undefined);
      }
      if (!over.aborted) {
        onChange(server, `is not ready after ${readyMs / 1000} s`);
        tellReady(false);
      }
    }
  }

  return {
    started: Promise.all(runs.map((each) => each.ready)).then((states) => ({
      ready: commands.filter((_command, index) => states[index]).map(({ server }) => server),
      failed: commands.filter((_command, index) => !states[index]).map(({ server }) => server),
    })),
    ended: Promise.all(runs.map((each) => each.ended)).then(() => undefined),
  };
}

/** @param wait.waitMs how long it may end by itself before it is asked to [ms] */
async function endChild(
  child: ChildProcess,
  { waitMs, endMs }: { readonly waitMs: number; readonly endMs: number },
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  const isLate = async (ms: number): Promise<boolean> =>
    (await Promise.race([exited, delay(ms, 'late', { ref: false })])) === 'late';
  if (waitMs > 0 && !(await isLate(waitMs))) return;
  child.kill('SIGTERM');
  if (await isLate(endMs)) child.kill('SIGKILL');
}

import { SightlineError } from '@sightline/errors';
import type { Clock } from './clock.ts';
import { errorText } from './engine/outcome.ts';

/** Something that must be done before the service has started. */
export interface StartupHold {
  done(): void;
  /** It will not be done: the start-up probe fails with this reason until the task is started again. */
  fail(error: unknown): void;
}

/** What must be done before requests may come. */
export interface Startup {
  /**
   * Runs a task of the start: migrations, warm-up. Until it is done the start-up probe and readiness fail, and name it.
   *
   * @param run called at once; what it returns, or throws, is handed on
   * @throws {SightlineError} `SIGHTLINE_HEALTH_CHECK` when a task of this name is running
   * @example await health.startup.task('migrations', () => migrate(pool))
   */
  task<Result>(name: string, run: () => Result | PromiseLike<Result>): Promise<Result>;
  /**
   * The same for what is no function: `done()` when the server listens, for one.
   *
   * @throws {SightlineError} `SIGHTLINE_HEALTH_CHECK` when a task of this name is running
   */
  hold(name: string): StartupHold;
  /** True once everything was done; it stays so. */
  readonly passed: boolean;
}

/** One task, as the probe shows it. */
export interface StartupTask {
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  /** Why it is not done; not yet censored. */
  readonly reason: string | undefined;
}

/** The tasks behind `Startup`. */
export interface StartupTasks extends Omit<Startup, 'passed'> {
  list(): readonly StartupTask[];
  /** True when none is running or has failed. */
  allDone(): boolean;
}

/** Most tasks: a start that has more of them has lost count. */
const MAX_TASKS = 100;

/** @param onChange told of each task that starts or ends */
export function createStartupTasks(clock: Clock, onChange: () => void): StartupTasks {
  const tasks = new Map<
    string,
    { state: StartupTask['state']; error: unknown; readonly startedAtMs: number }
  >();

  function hold(name: string): StartupHold {
    const isNew = !tasks.has(name);
    if (tasks.get(name)?.state === 'running' || (isNew && tasks.size >= MAX_TASKS)) {
      throw new SightlineError('SIGHTLINE_HEALTH_CHECK', {
        problem: `the start-up task ${JSON.stringify(name)} cannot be started: ${isNew ? `there are ${MAX_TASKS}` : 'it is running'}`,
        expected: 'a name of its own for each task',
        fix: 'rename it, or wait for the one that runs',
      });
    }
    const task: { state: StartupTask['state']; error: unknown; readonly startedAtMs: number } = {
      state: 'running',
      error: undefined,
      startedAtMs: clock.nowMs(),
    };
    tasks.set(name, task);
    onChange();
    function end(state: 'done' | 'failed', error?: unknown): void {
      if (task.state !== 'running') return;
      task.state = state;
      task.error = error;
      onChange();
    }
    return { done: () => end('done'), fail: (error) => end('failed', error) };
  }

  return {
    hold,
    async task(name, run) {
      const held = hold(name);
      try {
        const result = await run();
        held.done();
        return result;
      } catch (error) {
        held.fail(error);
        throw error;
      }
    },
    list: () =>
      Array.from(tasks, ([name, { state, error, startedAtMs }]) => ({
        name,
        state,
        reason:
          state === 'running'
            ? `it has been running for ${Math.round((clock.nowMs() - startedAtMs) / 1000)} s`
            : state === 'failed'
              ? errorText(error)
              : undefined,
      })),
    allDone: () => [...tasks.values()].every(({ state }) => state === 'done'),
  };
}

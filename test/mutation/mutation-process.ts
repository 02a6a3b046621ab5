import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Which tests to run, with which sources in place of those on the disk. */
export interface TestRequest {
  /** Test files from the root of the workspace, in their order; none for all of them. */
  readonly files: readonly string[];
  /** Without a text, that of the disk. */
  readonly sources: readonly { readonly file: string; readonly source?: string }[];
  /** Whether the sources note which steps of theirs run. */
  readonly isMarked: boolean;
  /** Full names of tests that fail by themselves, and are not heard. */
  readonly failing: readonly string[];
}

export interface TestFileAnswer {
  readonly file: string;
  readonly durationMs: number;
  /** The first test that failed and does not fail by itself, or that the file cannot be run. */
  readonly failed: string | undefined;
  /** All tests that failed, by their full names. */
  readonly failing: readonly string[];
}

export interface TestAnswer {
  readonly modules: readonly TestFileAnswer[];
  readonly failed: TestFileAnswer | undefined;
  /** An error outside of any test. */
  readonly unhandled: string | undefined;
}

export interface MutationProcess {
  /** What came of the tests; undefined when they did not end in time. */
  ask(request: TestRequest, timeoutMs: number): Promise<TestAnswer | undefined>;
  close(): void;
}

/** A warm vitest in a process group of its own, started again after it was killed. */
export function createMutationProcess(tests: readonly string[], stepsFolder: string): MutationProcess {
  let running: Promise<ChildProcess> | undefined;

  async function start(): Promise<ChildProcess> {
    const child = fork(
      fileURLToPath(new URL('warm-vitest.ts', import.meta.url)),
      [stepsFolder, JSON.stringify(tests)],
      {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { ...process.env, NODE_ENV: 'test' },
      },
    );
    await once(child, 'message');
    return child;
  }

  function kill(child: ChildProcess): void {
    try {
      // Its workers are in its group, and one that never ends would stay.
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    running = undefined;
  }

  return {
    async ask(request, timeoutMs) {
      running ??= start();
      const child = await running;
      const waiting = new AbortController();
      const { signal } = waiting;
      const timer = setTimeout(() => waiting.abort(), timeoutMs);
      child.send(request);
      try {
        const answered = once(child, 'message', { signal });
        const ended = once(child, 'exit', { signal }).then(() => [undefined]);
        const [answer] = (await Promise.race([answered, ended])) as [TestAnswer | undefined];
        if (answer === undefined) kill(child);
        return answer;
      } catch {
        kill(child);
        return undefined;
      } finally {
        clearTimeout(timer);
        waiting.abort();
      }
    },
    close() {
      void running?.then(kill);
    },
  };
}

import { type Io } from './io.ts';
import { run } from './run.ts';

/** What a command left behind. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. */
  json(): {
    readonly exitCode: number;
    readonly problems: readonly Record<string, string>[];
    readonly result: never;
  };
}

export interface FakeIo {
  readonly stdin?: string | Io['stdin'];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly fetch?: Io['fetch'];
  readonly signal?: AbortSignal;
  /** Takes what goes to stderr, as it comes. */
  readonly onNote?: (text: string) => void;
}

/** Thursday, 10:00 UTC. */
export const NOW_MS = Date.UTC(2026, 0, 1, 10);

/** Runs a command line in this process, with nothing of the process in it. */
export async function runWith(line: string | readonly string[], given: FakeIo = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run(
    typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line,
    {
      stdin: typeof given.stdin === 'object' ? given.stdin : textStream(given.stdin ?? ''),
      stdout: { write: (text) => out.push(text) },
      stderr: {
        write(text) {
          err.push(text);
          given.onNote?.(text);
        },
      },
      env: given.env ?? {},
      cwd: given.cwd ?? '/',
      isTerminal: { stdout: given.terminal ?? false, stderr: given.terminal ?? false },
      columns: given.columns ?? 80,
      fetch: given.fetch ?? (() => Promise.reject(new Error('nothing is asked here'))),
      now: () => NOW_MS,
      signal: given.signal ?? new AbortController().signal,
    },
  );
  const stdout = out.join('');
  return {
    exitCode,
    stdout,
    stderr: err.join(''),
    json: () => JSON.parse(stdout) as ReturnType<Ran['json']>,
  };
}

async function* textStream(text: string): AsyncGenerator<string> {
  yield text;
}

/** Takes text; a stream of Node.js is one. */
export interface TextSink {
  write(text: string): unknown;
}

/** Everything outside that a command touches, save files and the programs it runs. */
export interface Io {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** Results, and nothing else. */
  readonly stdout: TextSink;
  /** Progress, notes and errors. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly cwd: string;
  /** Whether a person looks at the stream, as far as can be known. */
  readonly isTerminal: { readonly stdout: boolean; readonly stderr: boolean; readonly stdin?: boolean };
  /** How wide the terminal is [characters]; 80 unless it is known. */
  readonly columns?: number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The time [ms since 1970]. */
  readonly now: () => number;
  /** Aborted when the user wants the command to end; its reason says by which signal, where it was one. */
  readonly signal: AbortSignal;
}

/** Why a command is to end, for the signal of its `Io`. */
export function endedBy(signal: NodeJS.Signals): Error {
  return Object.assign(new Error(`ended by ${signal}`), { name: 'AbortError', endedBy: signal });
}

/**
 * Whether a command is to end by Ctrl-C on a terminal. That goes to every program that the command runs as well, also where what they
 * say goes into a pipe; a second signal would cut off how they end.
 */
export function isEndedOnTerminal({ signal, isTerminal }: Pick<Io, 'signal' | 'isTerminal'>): boolean {
  const { endedBy: by } = Object(signal.reason) as { readonly endedBy?: unknown };
  return by === 'SIGINT' && (isTerminal.stderr || isTerminal.stdin === true);
}

/** That of a process. */
export function processIo(of: NodeJS.Process, signal: AbortSignal): Io {
  return {
    stdin: of.stdin,
    stdout: of.stdout,
    stderr: of.stderr,
    env: of.env,
    cwd: of.cwd(),
    isTerminal: { stdout: of.stdout.isTTY, stderr: of.stderr.isTTY, stdin: of.stdin.isTTY },
    columns: of.stderr.columns || of.stdout.columns || 80,
    fetch: globalThis.fetch,
    now: Date.now,
    signal,
  };
}

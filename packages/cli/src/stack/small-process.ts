/** What V8 is told. */
const flags: readonly string[] = [
  // The youngest objects have 4 MiB instead of the 64 to which their place grows under load. With 2 the process is as
  // large, and takes spans in more slowly by a sixth.
  '--max-semi-space-size=4',
  // How far the heap may grow between two collections follows from its limit: to 1.5 times what is in use with this one,
  // to four times with the usual one. What is kept stands outside of the heap, so that 768 MiB are plenty.
  '--max-old-space-size=768',
  // Else the first collection waits until a quarter of the limit is full.
  '--initial-old-space-size=32',
  // For `saveMemoryWhenQuiet`.
  '--expose-gc',
];

/** What the memory allocator of glibc is told; others do not know these names. */
const allocator: Readonly<Record<string, string>> = {
  // A body of a request that is freed goes back to the system, instead of leaving a hole between the blocks that stay.
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '131072',
  // Else every thread keeps pages of its own that it has freed.
  MALLOC_ARENA_MAX: '1',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** A process as far as it matters here. */
export interface StartedProcess {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly env: Environment;
  /** Undefined on Windows. */
  readonly execve?: ((file: string, args: readonly string[], env: Environment) => never) | undefined;
  /** There where a parent listens to messages. */
  readonly channel?: object | null | undefined;
}

/**
 * Puts a process that keeps its memory small in the place of this one, where that is possible: the same program with the
 * same arguments, under the same id. It does nothing in one that was started so, and leaves sizes as they are that
 * somebody else has set. The embedded stack takes a third of the memory so. How a process that is not ours lives with
 * its memory is not for us to say, therefore only the command does this, never the library.
 */
export function becomeSmall(from: StartedProcess): void {
  const wanted = smallProcess(from);
  if (wanted !== undefined) from.execve?.(from.execPath, wanted.args, wanted.env);
}

/** How the small one is started; undefined where it is not to be. */
export function smallProcess({
  execPath,
  execArgv,
  argv,
  env,
  execve,
  channel,
}: StartedProcess): { readonly args: readonly string[]; readonly env: Environment } | undefined {
  // A channel to a parent does not outlive the change.
  if (execve === undefined || channel !== undefined) return undefined;
  const said = `${execArgv.join(' ')} ${env['NODE_OPTIONS'] ?? ''}`.replaceAll('_', '-');
  const missing = flags.filter((flag) => !said.includes(flag.replace(/=.*/, '')));
  if (missing.length === 0) return undefined;
  return {
    args: [execPath, ...execArgv, ...missing, ...argv.slice(1)],
    env: { ...allocator, ...env },
  };
}

/** The environment without what the small process was given for itself: a program that it runs has its own memory. */
export function withoutAllocator(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => allocator[name] !== value));
}

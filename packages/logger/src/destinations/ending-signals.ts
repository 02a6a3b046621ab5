/**
 * Those that end a process of Node.js when nobody listens, and that people end services with: `kill`, Ctrl-C, a terminal that goes
 * away; `kill -QUIT`, as of nginx; nodemon. Not SIGUSR1, which is that of the inspector.
 */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
/** Windows has no others of them that can be listened for. */
const WINDOWS_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP']);

/**
 * The signals that end this process when nobody listens for them.
 *
 * @param pid the system keeps SIGUSR2 from a process 1 that does not listen for it, and it goes on: nobody ends a container by it
 */
export function endingSignals(
  pid: number = process.pid,
  platform: NodeJS.Platform = process.platform,
): readonly NodeJS.Signals[] {
  if (platform === 'win32') return SIGNALS.filter((signal) => WINDOWS_SIGNALS.has(signal));
  return SIGNALS.filter((signal) => pid !== 1 || signal !== 'SIGUSR2');
}

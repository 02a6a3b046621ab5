/** Most frames of a site. */
const MAX_FRAMES = 3;

/**
 * Where a call came from, in few words: the nearest frames that are neither of Node.js nor of a package.
 *
 * @param hook the function that was called; it and what is above it are left out
 */
export function acquireSite(hook: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, hook);
  const frames = (holder.stack ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ''));
  const own = frames.filter((frame) => !/node:|node_modules|<anonymous>\)?$/.test(frame));
  const shown = (own.length > 0 ? own : frames).slice(0, MAX_FRAMES);
  return shown.length > 0 ? shown.join(' < ') : undefined;
}

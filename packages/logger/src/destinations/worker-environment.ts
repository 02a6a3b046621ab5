import { pnpFlags } from './pnp-flags.ts';

/**
 * Flags of Node that change how modules are found or connections are made, and that a thread may have. All others stay
 * behind: with `--import` or `--require` the thread would start the whole application's instrumentation a second time.
 */
const KEPT = new Set([
  '--conditions',
  '-C',
  '--dns-result-order',
  '--network-family-autoselection-attempt-timeout',
  '--no-network-family-autoselection',
  '--preserve-symlinks',
  '--use-env-proxy',
  '--use-system-ca',
]);
const WITH_VALUE = new Set(['--conditions', '-C']);

/**
 * The flags for a lane's thread, from those of the process.
 *
 * @param flags `process.execArgv`
 * @param nodeOptions the variable NODE_OPTIONS, whose flags the thread gets only this way
 * @param fromSource true when this package runs as TypeScript, so that its siblings are found as source too
 */
export function workerFlags(
  flags: readonly string[],
  nodeOptions: string | undefined,
  fromSource: boolean,
): string[] {
  const given = [...(nodeOptions?.split(/\s+/).filter((word) => word !== '') ?? []), ...flags];
  // Nobody reads the thread's stderr.
  const kept = [
    '--no-warnings',
    ...(fromSource ? ['--conditions=@sightline/source'] : []),
    ...pnpFlags(flags, nodeOptions),
  ];
  for (const [at, flag] of given.entries()) {
    if (!KEPT.has(flag.split('=')[0] ?? '')) continue;
    kept.push(flag);
    const value = given[at + 1];
    if (WITH_VALUE.has(flag) && value !== undefined) kept.push(value);
  }
  return kept;
}

/** The environment for a lane's thread: all but NODE_OPTIONS, because Node would apply its `--import` to the thread. */
export function workerVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = env;
  return rest;
}

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
/** Flags that load a module before the program, of which those of Yarn's Plug'n'Play stay: without them no package is found. */
const PRELOADS = new Set(['--require', '-r', '--import', '--loader', '--experimental-loader']);
const PNP_FILE = /(?:^|[/\\])\.pnp\.(?:c?js|loader\.mjs)$/;

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
  const kept = ['--no-warnings', ...(fromSource ? ['--conditions=@sightline/source'] : [])];
  for (const [at, flag] of given.entries()) {
    const [name = ''] = flag.split('=');
    if (PRELOADS.has(name)) {
      const file = flag === name ? given[at + 1] : flag.slice(name.length + 1);
      if (file !== undefined && PNP_FILE.test(file)) kept.push(name, file);
      continue;
    }
    if (!KEPT.has(name)) continue;
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

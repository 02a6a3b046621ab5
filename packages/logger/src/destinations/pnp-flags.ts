const PRELOADS = new Set(['--require', '-r', '--import', '--loader', '--experimental-loader']);
const PNP_FILE = /(?:^|[/\\])\.pnp\.(?:c?js|loader\.mjs)$/;

/**
 * The flags of Yarn's Plug'n'Play, for a thread or process that gets no others: without them it does not find its own files,
 * which stand in an archive.
 *
 * @param flags `process.execArgv`
 * @param nodeOptions the variable NODE_OPTIONS
 */
export function pnpFlags(
  flags: readonly string[] = process.execArgv,
  nodeOptions = process.env['NODE_OPTIONS'] ?? '',
): string[] {
  const given = [...nodeOptions.split(/\s+/), ...flags];
  return given.flatMap((flag, at) => {
    const [name = ''] = flag.split('=');
    const file = flag === name ? given[at + 1] : flag.slice(name.length + 1);
    return PRELOADS.has(name) && file !== undefined && PNP_FILE.test(file) ? [name, file] : [];
  });
}

const FLAG = '--use-env-proxy';
const NAMES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'] as const;

/**
 * The proxies of the environment, where Node.js is asked to take them: it does so for agents of its own alone.
 *
 * @returns for an agent, and as the environment of a thread or a process that is to take them; undefined where nobody asks for it
 */
export function envProxy(): Readonly<Record<string, string>> | undefined {
  const { env, execArgv } = process;
  const flags = [...execArgv, ...(env['NODE_OPTIONS']?.split(/\s+/) ?? [])];
  if (env['NODE_USE_ENV_PROXY'] !== '1' && !flags.includes(FLAG)) return undefined;
  const said = NAMES.map((name) => [name, env[name]] as const);
  return Object.fromEntries([
    ['NODE_USE_ENV_PROXY', '1'],
    ...said.filter((each): each is [(typeof NAMES)[number], string] => each[1] !== undefined),
  ]);
}

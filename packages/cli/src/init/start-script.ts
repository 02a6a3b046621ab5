/** What is loaded first. */
export const REGISTER = '@sightline/bootstrap/register';
const IMPORT = `--import ${REGISTER}`;
/** Variables have to be there before it is loaded; what a service reads by itself comes too late. */
const ENV_FILE = '--env-file-if-exists=.env';

export type ScriptEdit =
  | { readonly kind: 'changed'; readonly script: string }
  /** It loads Sightline already. */
  | { readonly kind: 'done' }
  /** It starts nothing that is known; `why` says what to do by hand. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Words that stand before the program: `NODE_ENV=production`, `cross-env NODE_ENV=production`, `exec`. */
const BEFORE = String.raw`(?:(?:exec|cross-env|dotenv(?: -e \S+)* --|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)) +)*`;

/**
 * Puts the import into a script of package.json.
 *
 * @param hasDotenv whether there is a `.env` that should be read
 */
export function editScript(script: string, hasDotenv: boolean): ScriptEdit {
  if (script.includes('@sightline/bootstrap')) return { kind: 'done' };
  const parts = script.split(/(\s*(?:&&|;|\|\|)\s*)/);
  // The last one is the one that stays: `tsc && node dist/main.js`.
  for (let index = parts.length - 1; index >= 0; index -= 2) {
    const edited = editCommand(parts[index]!, hasDotenv);
    if (edited !== undefined) {
      return { kind: 'changed', script: parts.map((part, at) => (at === index ? edited : part)).join('') };
    }
  }
  const program = new RegExp(`^${BEFORE}(\\S+)`).exec(script.trim())?.[1] ?? script;
  return {
    kind: 'unknown',
    why: `${program} is no program that is known: let it start Node.js with NODE_OPTIONS="${IMPORT}"`,
  };
}

function editCommand(command: string, hasDotenv: boolean): string | undefined {
  const [, before = '', program = '', rest = ''] =
    new RegExp(`^(\\s*${BEFORE})(\\S+)(.*)$`, 's').exec(command) ?? [];
  // `node_modules/.bin/tsx` is tsx.
  const name = program.split('/').at(-1)!;
  const env = hasDotenv && !rest.includes('--env-file') ? `${ENV_FILE} ` : '';
  if (name === 'node') {
    // Nothing is started by `node --test` or `node -e`.
    if (/^\s+(?:--test|-e|--eval|-p|--check)\b/.test(rest) || rest.trim() === '') return undefined;
    return `${before}${program} ${env}${IMPORT}${rest}`;
  }
  if (name === 'tsx') return `${before}${program}${afterWatch(rest)}`;
  const exec = `--exec "node ${env}${IMPORT}"`;
  if (
    (name === 'nodemon' || (name === 'nest' && /^\s+start\b/.test(rest))) &&
    !/\s(?:--exec|-[ex])\b/.test(rest)
  ) {
    return name === 'nest'
      ? `${before}${program}${rest.replace(/^(\s+start\b)/, `$1 ${exec}`)}`
      : `${before}${program} ${exec}${rest}`;
  }
  // It turns into Node.js in the same process.
  if (name === 'ts-node' || name === 'ts-node-esm')
    return `NODE_OPTIONS="${IMPORT}" ${before}${program}${rest}`;
  return undefined;
}

/** `tsx watch src/main.ts`: flags for Node.js stand behind `watch`. */
function afterWatch(rest: string): string {
  return /^\s+watch\b/.test(rest) ? rest.replace(/^(\s+watch\b)/, `$1 ${IMPORT}`) : ` ${IMPORT}${rest}`;
}

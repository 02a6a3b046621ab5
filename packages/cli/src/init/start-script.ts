/** What is loaded first. */
export const REGISTER = '@sightline/bootstrap/register';
const IMPORT = `--import ${REGISTER}`;
/** Variables have to be there before it is loaded; what a service reads by itself comes too late. */
const ENV_FILE = '--env-file-if-exists=.env';

/** What stands beside a script. */
export interface ScriptSurroundings {
  /** Whether there is a `.env` that should be read before everything else. */
  readonly hasDotenv: boolean;
  /** Whether the configuration of nodemon says what it starts. */
  readonly nodemonChooses: boolean;
}

export type ScriptEdit =
  | {
      readonly kind: 'changed';
      readonly script: string;
      /** Why `.env` is not read before everything else, though it should be. */
      readonly noDotenv?: string;
    }
  /** It loads Sightline already. */
  | { readonly kind: 'done' }
  /** It starts nothing that is known; `why` says what to do by hand. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Words that stand before the program: `NODE_ENV=production`, `cross-env NODE_ENV=production`, `exec`. */
const BEFORE = String.raw`(?:(?:exec|cross-env|dotenv(?: -e \S+)* --|[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\S*)) +)*`;

/** `NODE_OPTIONS` among them. */
const NODE_OPTIONS = /((?:^|\s)NODE_OPTIONS=)(?:"([^"]*)"|'([^']*)'|(\S*))/;
/** Options of nodemon behind which stands no program, but their value. */
const NODEMON_VALUE = /^(?:--(?:delay|ext|ignore|polling-interval|signal|watch)|-[diPsw])$/;

/** Puts the import into a script of package.json. */
export function editScript(script: string, surroundings: ScriptSurroundings): ScriptEdit {
  if (script.includes('@sightline/bootstrap')) return { kind: 'done' };
  const parts = script.split(/(\s*(?:&&|;|\|\|)\s*)/);
  // The last one is the one that stays: `tsc && node dist/main.js`.
  for (let index = parts.length - 1; index >= 0; index -= 2) {
    const edited = editCommand(parts[index]!, surroundings);
    if (edited !== undefined) {
      const { command, ...more } = edited;
      return {
        kind: 'changed',
        script: parts.map((part, at) => (at === index ? command : part)).join(''),
        ...more,
      };
    }
  }
  const program = new RegExp(`^${BEFORE}(\\S+)`).exec(script.trim())?.[1] ?? script;
  return { kind: 'unknown', why: whyUnknown(program, program.split('/').at(-1)!) };
}

function whyUnknown(program: string, name: string): string {
  switch (name) {
    case 'nodemon':
      // By NODE_OPTIONS alone it would forget that it starts .ts with ts-node.
      return `nodemon starts what its files or options say: let that be node ${IMPORT}, or name it with --exec and set NODE_OPTIONS="${IMPORT}"`;
    case 'bun':
    case 'deno':
      return `${name} runs it by itself, and Sightline observes what Node.js runs: let it be node ${IMPORT}`;
    default:
      return `${program} is no program that is known: let it start Node.js with NODE_OPTIONS="${IMPORT}"`;
  }
}

interface CommandEdit {
  readonly command: string;
  readonly noDotenv?: string;
}

function editCommand(
  command: string,
  { hasDotenv, nodemonChooses }: ScriptSurroundings,
): CommandEdit | undefined {
  const [, before = '', program = '', rest = ''] =
    new RegExp(`^(\\s*${BEFORE})(\\S+)(.*)$`, 's').exec(command) ?? [];
  // `node_modules/.bin/tsx` is tsx.
  const name = program.split('/').at(-1)!;
  const env = hasDotenv && !rest.includes('--env-file') ? `${ENV_FILE} ` : '';
  const exec = `--exec "node ${env}${IMPORT}"`;
  switch (name) {
    case 'node':
      // Nothing is started by `node --test` or `node -e`.
      if (/^\s+(?:--test|-e|--eval|-p|--check)\b/.test(rest) || rest.trim() === '') return undefined;
      return { command: `${before}${program} ${env}${IMPORT}${rest}` };
    case 'tsx':
      return { command: `${before}${program}${forTsx(`${env}${IMPORT.replace(' ', '=')}`, rest)}` };
    case 'nodemon':
      return nodemonChooses || !startsJavaScript(rest)
        ? undefined
        : { command: `${before}${program} ${exec}${rest}` };
    case 'nest':
      return !/^\s+start\b/.test(rest) || /\s(?:--exec|-[ex])\b/.test(rest)
        ? undefined
        : { command: `${before}${program}${rest.replace(/^(\s+start\b)/, `$1 ${exec}`)}` };
    case 'ts-node':
    case 'ts-node-esm':
      // It turns into Node.js in the same process.
      return {
        command: `${withNodeOptions(before)}${program}${rest}`,
        ...(hasDotenv && !/\bdotenv\b/.test(before)
          ? { noDotenv: `${name} hands no flag on that would read it` }
          : {}),
      };
    default:
      return undefined;
  }
}

/** `tsx watch src/main.ts`: flags for Node.js stand behind `watch`. Each is one word: behind another, tsx knows none of its own. */
function forTsx(flags: string, rest: string): string {
  return /^\s+watch\b/.test(rest) ? rest.replace(/^(\s+watch\b)/, `$1 ${flags}`) : ` ${flags}${rest}`;
}

/** Whether nodemon starts it by Node.js itself, and not by what it has for files of another kind. */
function startsJavaScript(rest: string): boolean {
  if (/\s(?:--(?:exec|config|cwd)|-[ex])\b/.test(rest)) return false;
  const words = rest.trim().split(/\s+/);
  const file = words.find(
    (word, index) => /^[^-].*\.\w+$/.test(word) && !NODEMON_VALUE.test(words[index - 1] ?? ''),
  );
  return file !== undefined && /\.[mc]?js$/.test(file);
}

/** A second assignment would take the place of the first. */
function withNodeOptions(before: string): string {
  if (!NODE_OPTIONS.test(before)) {
    const assignment = `NODE_OPTIONS="${IMPORT}" `;
    // The shell of Windows knows no assignment before a program: there it stands behind cross-env, as the others do.
    return /\bcross-env\s/.test(before)
      ? before.replace(/\bcross-env\s+/, (word) => `${word}${assignment}`)
      : `${assignment}${before}`;
  }
  return before.replace(
    NODE_OPTIONS,
    (_all, name: string, double?: string, single?: string, plain?: string) => {
      const quote = single === undefined ? '"' : "'";
      return `${name}${quote}${`${IMPORT} ${double ?? single ?? plain ?? ''}`.trimEnd()}${quote}`;
    },
  );
}

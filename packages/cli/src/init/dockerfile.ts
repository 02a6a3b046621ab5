import { REGISTER } from './start-script.ts';

/** What hands signals on and runs what stands behind it, with its options: `"dumb-init", ` or `"tini", "--", `. */
const INIT = String.raw`(?:"(?:[^"]*\/)?(?:dumb-init|tini)"\s*,\s*(?:"-[^"]*"\s*,\s*)*)?`;
const LIST = new RegExp(String.raw`^(\s*(?:CMD|ENTRYPOINT)\s+\[\s*${INIT}"(?:[^"]*\/)?node"\s*)`, 'i');
const SHELL =
  /^(\s*(?:CMD|ENTRYPOINT)\s+(?:exec\s+)?(?:(?:\S*\/)?(?:dumb-init|tini)\s+(?:-\S+\s+)*)?(?:\S*\/)?node)(?=\s)/i;
/** A file alone, which images of Node.js hand to it. */
const FILE = /^(\s*CMD\s+\[\s*)(?="[^"]+\.[cm]?js")/i;

/**
 * Puts the import into what the last stage of a Dockerfile starts, where that is Node.js itself.
 *
 * @returns the text, or why it was left as it is; undefined when there is nothing to do, as it starts a script
 */
export function editDockerfile(
  text: string,
): { readonly text: string } | { readonly why: string } | undefined {
  if (text.includes(REGISTER)) return undefined;
  const lines = text.split('\n');
  const instructions = instructionsOf(lines);
  const lastStage = instructions.findLast((index) => /^\s*FROM\s/i.test(lines[index]!)) ?? -1;
  const starts = instructions.filter(
    (index) => index > lastStage && /^\s*(?:CMD|ENTRYPOINT)\s/i.test(lines[index]!),
  );
  // An entry point of its own may do anything with it.
  const isFile = starts.length === 1 && FILE.test(lines[starts[0]!]!) && nodeOf(text) !== undefined;
  for (const index of starts) {
    const line = lines[index]!;
    if (line.trimEnd().endsWith('\\')) return { why: 'its command goes over several lines' };
    const edited = isFile
      ? line.replace(FILE, `$1"--import", "${REGISTER}", `)
      : line.replace(LIST, `$1, "--import", "${REGISTER}"`).replace(SHELL, `$1 --import ${REGISTER}`);
    if (edited !== line) return { text: lines.map((each, at) => (at === index ? edited : each)).join('\n') };
  }
  const isScript = starts.some((index) => /\b(?:npm|pnpm|yarn|bun)\b/.test(lines[index]!));
  return isScript
    ? undefined
    : { why: `what it starts is not known: let it start node --import ${REGISTER}` };
}

/** Where an instruction begins. What goes on after a backslash is none: the `CMD` of a `HEALTHCHECK` may stand there. */
function instructionsOf(lines: readonly string[]): readonly number[] {
  const found: number[] = [];
  let goesOn = false;
  for (const [index, line] of lines.entries()) {
    // Neither a comment nor an empty line ends an instruction.
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (!goesOn) found.push(index);
    goesOn = line.trimEnd().endsWith('\\');
  }
  return found;
}

/** The script of package.json that the last stage of a Dockerfile starts: `prod` of `CMD ["npm", "run", "prod"]`. */
export function scriptStartedBy(text: string): string | undefined {
  const lines = text.split('\n');
  const command = instructionsOf(lines)
    .map((index) => lines[index]!)
    .findLast((line) => /^\s*(?:CMD|ENTRYPOINT)\s/i.test(line));
  return /\b(?:npm|pnpm|yarn|bun)\b["',\s]+(?:run(?:-script)?["',\s]+)?([\w:.-]+)/.exec(command ?? '')?.[1];
}

/**
 * The version of the Node.js that the last stage of a Dockerfile has, as far as its image is one of `node` or a distroless one:
 * `20` of `node:20-slim` and of `gcr.io/distroless/nodejs20-debian12`.
 */
export function nodeOf(text: string): string | undefined {
  const defaults = new Map(
    [...text.matchAll(/^\s*ARG\s+(\w+)=["']?([^\s"']+)/gim)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  const stages = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gim)];
  const images = new Map(stages.map(([, image = '', name = '']) => [name.toLowerCase(), image]));
  let image = stages.at(-1)?.[1];
  // A stage may begin with an earlier one; more often than there are stages, it goes in circles.
  for (let left = stages.length; left > 0; left -= 1) image = images.get(image?.toLowerCase() ?? '') ?? image;
  const whole = image?.replaceAll(
    /\$\{?(\w+)(?::-([^}]*))?\}?/g,
    (_all, name: string, byDefault?: string) => defaults.get(name) ?? byDefault ?? '',
  );
  return /(?:^|\/)(?:node:v?|distroless\/nodejs)(\d+(?:\.\d+)*)/.exec(whole ?? '')?.[1];
}

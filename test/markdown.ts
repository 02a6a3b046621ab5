/** One fenced block of a Markdown text. */
export interface CodeBlock {
  /** `ts`, `sh`; empty when there is none. */
  readonly language: string;
  /** What follows the language: `no-run`. */
  readonly flags: readonly string[];
  readonly code: string;
  /** The line of the text that the code starts on, from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown text, in order. A fence may be indented, as in a list. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: string; info: string; line: number; code: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line);
    if (open && fence?.[2]?.startsWith(open.fence) && fence[3]?.trim() === '') {
      const [language = '', ...flags] = open.info.split(/\s+/);
      blocks.push({ language, flags, code: open.code.join('\n'), line: open.line });
      open = undefined;
    } else if (open) {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    } else if (fence) {
      const [, indent = '', mark = '', info = ''] = fence;
      open = { fence: mark, indent, info: info.trim(), line: index + 2, code: [] };
    }
  }
  return blocks;
}

/** The headings of one level, without what stands in code blocks. */
export function headings(markdown: string, level: number): readonly string[] {
  const prose = markdown.replaceAll(/^([ \t]*)(`{3,}|~{3,})[\s\S]*?^\1\2`*[ \t]*$/gm, '');
  return [...prose.matchAll(/^(#+) +(.*?) *$/gm)]
    .filter(([, marks]) => marks?.length === level)
    .map(([, , text]) => text ?? '');
}

/** Commands of pnpm itself; any other word after it is a script. `test` and `start` are scripts, too. */
const PNPM_COMMANDS = new Set(
  'add audit create dedupe deploy dlx exec fetch i import init install licenses link list ls outdated pack patch prune publish rebuild remove rm root store unlink up update why'.split(
    ' ',
  ),
);

/** The scripts of package.json that a shell text calls with pnpm: `npx -y pnpm@12 demo`, `pnpm run lint`. */
export function pnpmScripts(shell: string): readonly string[] {
  return shell.split(/\n|&&|;|\|/).flatMap((command) => {
    const words = command
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const start = words.findIndex((word) => /^pnpm(?:@[\w.^~-]+)?$/.test(word));
    if (start === -1) return [];
    const rest = words.slice(start + 1);
    while (rest[0]?.startsWith('-')) {
      const [flag] = rest.splice(0, 1);
      if (['-C', '-F', '--dir', '--filter'].includes(flag ?? '')) rest.splice(0, 1);
    }
    const [word, script] = rest;
    if (word === 'run') return script === undefined ? [] : [script];
    return word === undefined || PNPM_COMMANDS.has(word) ? [] : [word];
  });
}

/** What stands between `<!-- generated: name -->` and `<!-- end: name -->` becomes `content`. */
export function withGenerated(markdown: string, name: string, content: string): string {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [markdown.indexOf(start), markdown.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the markers ${start} and ${end} are missing`);
  // The formatter would pad the columns; then every new row would change all of them.
  const kept = `\n\n<!-- prettier-ignore-start -->\n${content}\n<!-- prettier-ignore-end -->\n\n`;
  return markdown.slice(0, from + start.length) + kept + markdown.slice(to);
}

/** A table; every row has as many cells as there are columns. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

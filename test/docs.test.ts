import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { codeBlocks, pnpmScripts } from './markdown.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'compose/README.md',
  ...readdirSync(`${root}/docs`)
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  ...readdirSync(`${root}/packages`).map((name) => `packages/${name}/README.md`),
  ...readdirSync(`${root}/examples`)
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => existsSync(join(root, file))),
  ...readdirSync(`${root}/alerts/runbooks`).map((file) => `alerts/runbooks/${file}`),
];

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Prose alone: what stands in code is no link. */
const prose = (text: string): string =>
  text.replaceAll(/^(\s*)(`{3,}|~{3,})[\s\S]*?^\1\2`*\s*$/gm, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchor of a heading, as GitHub makes it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const anchors = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#+ +(.+?) *$/gm)].map(([, heading]) => anchor(heading ?? '')));

/** Links of a document that lead nowhere. */
function broken(file: string): readonly string[] {
  const text = read(file);
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^(?:https?|mailto):|^\/d\//.test(link)) return [];
    const [path = '', hash] = link.split('#');
    const target = path === '' ? file : join(dirname(file), path);
    if (!existsSync(join(root, target))) return [link];
    if (hash === undefined || statSync(join(root, target)).isDirectory()) return [];
    return anchors(read(target)).has(hash) ? [] : [link];
  });
}

describe('the documents', () => {
  it.each(documents)('link to what is there: %s', (file) => {
    expect(broken(file)).toEqual([]);
  });

  it('are found broken when a link leads nowhere', () => {
    expect(anchors('# A `b`: c!\n## Two words')).toEqual(new Set(['a-b-c', 'two-words']));
    expect(broken('docs/README.md')).not.toContain('quick-start.md');
  });

  const docs = documents.filter((file) => file.startsWith('docs/'));
  it.each(docs)('name commands and scripts that exist: %s', (file) => {
    const shell = codeBlocks(read(file)).filter(({ language }) => language === 'sh');
    // Its table of commands is held to the commands themselves by a test of its own.
    const known = new Set(
      [...read('packages/cli/README.md').matchAll(/^\| `(\w+)/gm)].map(([, name]) => name),
    );
    const named = shell.flatMap(({ code }) =>
      [...code.matchAll(/npx sightline (\w+)/g)].map(([, name]) => name ?? ''),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    expect(shell.flatMap(({ code }) => pnpmScripts(code)).filter((name) => !scripts.includes(name))).toEqual(
      [],
    );
  });
});

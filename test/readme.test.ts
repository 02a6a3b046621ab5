import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, headings, pnpmScripts, table, withGenerated } from './markdown.ts';
import { type Example, removeExamples, runError, typeErrors, writeExamples } from './readme-examples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sections = [
  'What it measures',
  'Install',
  'Options',
  'Environment',
  'Metrics emitted',
  'Errors',
  'Example',
];

/** A README and the package whose imports its examples have; those of the root have what the tests have. */
const readmes = [
  { readme: 'README.md', folder: `${root}/test` },
  ...readdirSync(`${root}/packages`).map((name) => ({
    readme: `packages/${name}/README.md`,
    folder: `${root}/packages/${name}`,
  })),
].filter(({ readme }) => existsSync(`${root}/${readme}`));

/** The documents of `docs`, each with a folder of its own, from where it imports what the tests have. */
const documents = readdirSync(`${root}/docs`)
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ readme: `docs/${file}`, folder: `${root}/test/dist/docs/${file.replace('.md', '')}` }));

function read(file: string): string {
  return readFileSync(`${root}/${file}`, 'utf8');
}

const examples = [...readmes, ...documents].flatMap(({ readme, folder }) =>
  writeExamples(
    readme,
    folder,
    codeBlocks(read(readme)).filter(({ language }) => language === 'ts'),
  ),
);

describe('the examples of the READMEs', () => {
  let errors: ReadonlyMap<Example, string>;
  beforeAll(async () => {
    errors = await typeErrors(examples);
  }, 180_000);
  afterAll(() => {
    for (const { folder } of [...readmes, ...documents]) removeExamples(folder);
  });

  it.each(examples.map((example) => [example.title, example] as const))('compile: %s', (_title, example) => {
    expect(errors.get(example)).toBe('');
  });

  const runnable = examples.filter(({ block }) => !block.flags.includes('no-run'));
  it.each(runnable.map((example) => [example.title, example] as const))(
    'run: %s',
    async (_title, example) => {
      expect(await runError(example)).toBe('');
    },
    60_000,
  );
});

describe('the examples that are wrong', () => {
  mkdirSync(`${root}/test/dist`, { recursive: true });
  const folder = mkdtempSync(`${root}/test/dist/wrong-`);
  const wrong = codeBlocks(
    [
      '# Wrong',
      "```ts\nimport { parseEnvBoolean } from '@sightline/errors';\n\nconst on: string = parseEnvBoolean('true');\nthrow new Error(on);\n```",
      "```ts\nimport { nothing } from '@sightline/errors';\nnothing();\n```",
    ].join('\n'),
  );
  const written = writeExamples('WRONG.md', folder, wrong);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are caught by the compiler, at their lines in the README', async () => {
    const found = [...(await typeErrors(written)).values()];
    expect(found[0]).toContain(
      "line-3.ts(5,7): error TS2322: Type 'boolean' is not assignable to type 'string'",
    );
    expect(found[1]).toMatch(/line-9\.ts\(9,10\): error TS2305: .*'nothing'/);
  }, 60_000);

  it('are caught when they throw', async () => {
    expect(await runError(written[0]!)).toContain('Error: true');
  }, 60_000);
});

describe('the commands in the root documents', () => {
  it.each(['README.md', 'CONTRIBUTING.md'].filter((file) => existsSync(`${root}/${file}`)))(
    'name only scripts of pnpm that exist: %s',
    (file) => {
      const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
      const shell = codeBlocks(read(file)).filter(({ language }) => language === 'sh');
      expect(
        shell.flatMap(({ code }) => pnpmScripts(code)).filter((name) => !scripts.includes(name)),
      ).toEqual([]);
    },
  );
});

describe('a README', () => {
  const ofPackages = readmes.map(({ readme }) => readme).filter((readme) => readme !== 'README.md');

  it('is there for every package that exports something', () => {
    const silent = readdirSync(`${root}/packages`)
      .filter((name) => !ofPackages.includes(`packages/${name}/README.md`))
      .filter((name) => !/^export \{\};?\s*$/.test(read(`packages/${name}/src/index.ts`)));
    expect(silent).toEqual([]);
  });

  it.each(ofPackages)('has the fixed headings, in order: %s', (readme) => {
    expect(headings(read(readme), 2)).toEqual(sections);
    expect(headings(read(readme), 1)).toEqual([
      JSON.parse(read(readme.replace('README.md', 'package.json'))).name,
    ]);
  });
});

describe('codeBlocks', () => {
  it('reads the language, the flags, the code and its line', () => {
    const text = '# A\n\n```ts no-run\nconst a = 1;\n```\n\n- b\n\n  ~~~~sh\n  pnpm test\n  ~~~\n  ~~~~\n';
    expect(codeBlocks(text)).toEqual([
      { language: 'ts', flags: ['no-run'], code: 'const a = 1;', line: 4 },
      { language: 'sh', flags: [], code: 'pnpm test\n~~~', line: 10 },
    ]);
  });
});

describe('headings', () => {
  it('reads those of one level, none of them from code', () => {
    expect(headings('# A\n## B\n```sh\n## not\n```\n### C\n##  D \n', 2)).toEqual(['B', 'D']);
  });
});

describe('pnpmScripts', () => {
  it.each([
    ['npx -y pnpm@12.21.0 demo   # no Docker', ['demo']],
    ['pnpm run lint && pnpm -r build', ['lint', 'build']],
    ['pnpm --filter @sightline/logger bench', ['bench']],
    ['pnpm install\npnpm exec tsc -v\npnpm test', ['test']],
    ['npm install pnpm-lock\n# pnpm nothing\nsightline up', []],
  ])('finds in %j %j', (shell, scripts) => {
    expect(pnpmScripts(shell)).toEqual(scripts);
  });
});

describe('withGenerated', () => {
  it('replaces what stands between the markers, the same each time', () => {
    const text = 'a\n<!-- generated: t -->\nold\n<!-- end: t -->\nb';
    const once = withGenerated(text, 't', table(['x', 'y'], [['1', '2']]));
    expect(once).toContain('| x | y |\n| --- | --- |\n| 1 | 2 |');
    expect(once.startsWith('a\n<!-- generated: t -->') && once.endsWith('<!-- end: t -->\nb')).toBe(true);
    expect(withGenerated(once, 't', table(['x', 'y'], [['1', '2']]))).toBe(once);
  });

  it('throws when a marker is missing', () => {
    expect(() => withGenerated('no markers', 't', '')).toThrow('<!-- generated: t -->');
  });
});

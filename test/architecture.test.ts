import { globSync, readdirSync, readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type CheckedPackage,
  floors,
  type Manifest,
  packageProblems,
  topLevelProblems,
  type Workspace,
} from './architecture-rules.ts';
import { moduleFacts } from './module-references.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** pino loads a transport by its file and takes what it exports by default. */
const defaultExports: Workspace['defaultExports'] = {
  'packages/logger/src/loki/transport.ts': 'the target `@sightline/logger/loki` of `pino.transport`',
};

function readManifest(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8'));
  return manifest;
}

function readPackage(folder: string): CheckedPackage {
  const cwd = `${root}/packages/${folder}`;
  const paths = globSync(['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', '*.ts'], { cwd });
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(`${cwd}/${path}`, 'utf8')]));
  return { folder, manifest: readManifest(`packages/${folder}`), files };
}

const packages = readdirSync(`${root}/packages`).map(readPackage);
const workspace: Workspace = {
  manifests: Object.fromEntries(packages.map(({ manifest }) => [manifest.name, manifest])),
  rootDevDependencies: Object.keys(readManifest('.').devDependencies ?? {}),
  defaultExports,
};

describe('the workspace', () => {
  it.each(packages.map((each) => [each.folder, each] as const))(
    'keeps every rule in packages/%s',
    (_name, each) => {
      expect(packageProblems(each, workspace)).toEqual([]);
    },
  );

  it('has at its top what is listed, and nothing else', () => {
    const patterns = readFileSync(`${root}/.gitignore`, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replaceAll(/^\/|\/$/g, ''));
    const ignored = (entry: string): boolean => patterns.some((pattern) => matchesGlob(entry, pattern));
    expect(topLevelProblems(readdirSync(root), ignored)).toEqual([]);
  });

  it('has no exception for a file that needs none', () => {
    const needless = Object.keys(defaultExports).filter((file) => {
      const [, folder, ...path] = file.split('/');
      const source = packages.find((each) => each.folder === folder)?.files[path.join('/')];
      return source === undefined || !moduleFacts(source).hasDefaultExport;
    });
    expect(needless).toEqual([]);
  });
});

/** A package on floor 2 that keeps every rule, to be spoilt in one place. */
function logger(files: Readonly<Record<string, string>>, manifest: Partial<Manifest> = {}): CheckedPackage {
  const dependencies = {
    '@sightline/errors': 'workspace:*',
    '@opentelemetry/api': 'catalog:otel',
    pino: 'catalog:',
  };
  return {
    folder: 'logger',
    manifest: { name: '@sightline/logger', exports: { '.': {}, './loki': {} }, dependencies, ...manifest },
    files,
  };
}

const house: Workspace = {
  manifests: {
    '@sightline/errors': {
      name: '@sightline/errors',
      exports: { '.': {}, './package.json': './package.json' },
    },
    '@sightline/metrics': { name: '@sightline/metrics', exports: { '.': {} } },
  },
  rootDevDependencies: ['vitest'],
  defaultExports: { 'packages/logger/src/transport.ts': 'pino asks for it' },
};

describe('packageProblems', () => {
  it('finds nothing in a package that keeps the rules', () => {
    const files = {
      'src/index.ts': "export { a } from './a.ts';\nexport type { A } from './a.ts';",
      'src/a.ts':
        "import { readFileSync } from 'node:fs'; import 'pino'; import '@sightline/errors'; export const a = 1;",
      'src/a.test.ts':
        "import { it } from 'vitest'; import '@opentelemetry/sdk-trace'; import '@sightline/logger/loki';",
      'src/transport.ts': 'export default function transport() {}',
      'src/text.ts': "// import '@sightline/cli';\nexport const text = `import '@sightline/cli'`;",
      'bench/a.bench.ts': "import { a } from '../src/a.ts'; import 'pino-loki';",
      'test/a.test.ts': "import { startRedis } from '../../../test/servers/redis.ts';",
      'vitest.config.ts': 'export default {};',
    };
    const devDependencies = { '@opentelemetry/sdk-trace': 'catalog:otel', 'pino-loki': 'catalog:' };
    expect(packageProblems(logger(files, { devDependencies }), house)).toEqual([]);
  });

  const upward = 'uses @sightline/bootstrap, upward from floor 2 to floor 3';
  it.each([
    ['an import', "import { start } from '@sightline/bootstrap';", upward],
    ['a type import', "import type { Start } from '@sightline/bootstrap';", upward],
    ['a bare import', "import '@sightline/bootstrap';", upward],
    ['a re-export', "export { start } from '@sightline/bootstrap';", upward],
    ['a dynamic import', "export const load = () => import('@sightline/bootstrap');", upward],
    ['a dynamic import of a template', 'export const load = () => import(`@sightline/bootstrap`);', upward],
    ['an import type', "export type Start = import('@sightline/bootstrap').Start;", upward],
    ['a require', "const { start } = require('@sightline/bootstrap');", upward],
    ['a require made here', "createRequire(import.meta.url)('@sightline/bootstrap');", upward],
    ['a require.resolve', "require.resolve('@sightline/bootstrap');", upward],
    ['an import.meta.resolve', "import.meta.resolve('@sightline/bootstrap');", upward],
    ['a subpath', "import '@sightline/bootstrap/register';", upward],
    [
      'a sibling',
      "import '@sightline/metrics';",
      'uses @sightline/metrics, sideways from floor 2 to floor 2',
    ],
    ['a stranger', "import '@sightline/garage';", 'uses @sightline/garage, which has no floor'],
    [
      'a deep import',
      "import '@sightline/errors/src/nearest.ts';",
      'imports @sightline/errors/src/nearest.ts, which @sightline/errors does not export',
    ],
    [
      'a deep import of dist',
      "import '@sightline/errors/dist/index.js';",
      'imports @sightline/errors/dist/index.js, which @sightline/errors does not export',
    ],
    [
      'a way out',
      "import '../../errors/src/nearest.ts';",
      'reaches out of the package with ../../errors/src/nearest.ts',
    ],
    ['a test', "import './a.test.ts';", 'imports the test ./a.test.ts'],
    [
      'a package nobody declared',
      "import 'left-pad';",
      'imports left-pad, which is missing from the dependencies in the manifest',
    ],
    [
      'what only tests may have',
      "import 'vitest';",
      'imports vitest, which is missing from the dependencies in the manifest',
    ],
    ['an export *', "export * from './b.ts';", 'has an export *'],
    ['a named export *', "export * as b from './b.ts';", 'has an export *'],
    ['a default export', 'export default 1;', 'has a default export'],
    ['a default export by name', 'const a = 1; export { a as default };', 'has a default export'],
  ])('catches %s in the source', (_case, source, problem) => {
    expect(packageProblems(logger({ 'src/a.ts': source }), house)).toEqual([
      `packages/logger/src/a.ts ${problem}`,
    ]);
  });

  it.each([
    ["import '@sightline/bootstrap';", upward],
    ["vi.mock('@sightline/bootstrap');", upward],
    ["import 'left-pad';", 'imports left-pad, which is missing from the manifest'],
  ])('catches %s in a test', (source, problem) => {
    const file = 'src/a.test.ts';
    expect(packageProblems(logger({ [file]: source }), house)).toEqual([
      `packages/logger/${file} ${problem}`,
    ]);
  });

  it.each([
    'export const a = 1;',
    "import { a } from './a.ts'; export { a };",
    'start();',
    'export interface A {}',
  ])('catches an index that holds %s', (source) => {
    const problem = 'packages/logger/src/index.ts holds more than export { … } from';
    expect(packageProblems(logger({ 'src/index.ts': source }), house)).toEqual([problem]);
  });

  it.each(['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'] as const)(
    'catches an edge in the %s',
    (kind) => {
      const checked = logger(
        {},
        { [kind]: { '@sightline/cli': '*', '@sightline/health': '*', '@sightline/errors': '*' } },
      );
      expect(packageProblems(checked, house)).toEqual([
        'packages/logger/package.json uses @sightline/cli, upward from floor 2 to floor 4',
        'packages/logger/package.json uses @sightline/health, sideways from floor 2 to floor 2',
      ]);
    },
  );

  it('catches the SDK outside of bootstrap, and lets it be inside', () => {
    const dependencies = { '@opentelemetry/sdk-trace': '*', '@opentelemetry/api': '*' };
    const files = { 'src/a.ts': "import '@opentelemetry/sdk-trace';" };
    expect(packageProblems(logger(files, { dependencies }), house)).toEqual([
      'packages/logger/package.json depends on @opentelemetry/sdk-trace; only bootstrap knows the SDK',
      'packages/logger/src/a.ts imports @opentelemetry/sdk-trace; only bootstrap knows the SDK',
    ]);
    const bootstrap = {
      folder: 'bootstrap',
      manifest: { name: '@sightline/bootstrap', dependencies },
      files,
    };
    expect(packageProblems(bootstrap, house)).toEqual([]);
  });

  it('catches a package without a floor, and one under another name', () => {
    const garage = { folder: 'garage', manifest: { name: '@sightline/shed' }, files: {} };
    expect(packageProblems(garage, house)).toEqual([
      'packages/garage/package.json is named @sightline/shed, not @sightline/garage',
      'packages/garage/package.json has no floor in test/architecture-rules.ts',
    ]);
  });

  it('has a floor for each of the fifteen packages', () => {
    expect(Object.keys(floors)).toHaveLength(15);
  });
});

describe('topLevelProblems', () => {
  it('names what is not listed, and leaves alone what git ignores', () => {
    const entries = ['packages', 'README.md', 'scripts', 'node_modules', '.vscode'];
    expect(topLevelProblems(entries, (entry) => entry === 'node_modules')).toEqual(['scripts', '.vscode']);
  });
});

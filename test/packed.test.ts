import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const INSTALL_MS = 300_000;

const runtimes = [
  process.execPath,
  ...['node22', 'node26'].map((name) => `${root}/test/runtimes/node_modules/${name}/bin/node`),
].filter((path) => existsSync(path));

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const packages = readdirSync(`${root}/packages`).map((folder) => ({
  folder: `${root}/packages/${folder}`,
  manifest: JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, 'utf8')) as Manifest,
}));

/** What can be imported of a package; that of `register` acts when it is loaded, and has a test of its own. */
const specifiers = packages.flatMap(({ manifest: { name, exports } }) =>
  Object.keys(exports)
    .filter((path) => !path.endsWith('.json') && !path.includes('*') && path !== './register')
    .map((path) => `${name}${path.slice(1)}`),
);

/**
 * Every package as it is published, installed from its archive into a project that has nothing else: what the manifest
 * forgets to name, or the archive to hold, is missing here and nowhere before.
 */
describe.skipIf(!isLong)('each package, packed and installed (with SIGHTLINE_LONG_TESTS=true)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-packed-'));
    const archives = await Promise.all(
      packages.map(async ({ folder: source }) => {
        // pnpm puts versions in the place of `workspace:` and `catalog:`.
        const { stdout } = await run(
          'npx',
          ['-y', 'pnpm@12.21.0', 'pack', '--json', '--pack-destination', folder],
          {
            cwd: source,
          },
        );
        return (JSON.parse(stdout.slice(stdout.indexOf('{'))) as { filename: string }).filename;
      }),
    );
    const dependencies = Object.fromEntries(
      packages.map(({ manifest: { name } }, index) => [name, `file:${archives[index]}`]),
    );
    await mkdir(join(folder, 'project'));
    await writeFile(
      join(folder, 'project/package.json'),
      // npm installs peers too; what packages say of each other by version is not in the registry yet.
      JSON.stringify({
        name: 'empty',
        version: '1.0.0',
        private: true,
        dependencies,
        overrides: dependencies,
      }),
    );
    await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: join(folder, 'project') });
  }, INSTALL_MS);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inProject = async (node: string, args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(node, args, { cwd: join(folder, 'project') });
    return `${stdout}${stderr}`;
  };

  it.each(runtimes)('loads as an ES module and by require: %s', { timeout: INSTALL_MS }, async (node) => {
    const imports = specifiers.map((each) => `await import('${each}');`).join('\n');
    const requires = specifiers.map((each) => `require('${each}');`).join('\n');
    await writeFile(join(folder, 'project/all.mjs'), `${imports}\nconsole.log('imported');\n`);
    await writeFile(join(folder, 'project/all.cjs'), `${requires}\nconsole.log('required');\n`);
    expect(await inProject(node, ['--disable-warning=ExperimentalWarning', 'all.mjs'])).toBe('imported\n');
    expect(await inProject(node, ['--disable-warning=ExperimentalWarning', 'all.cjs'])).toBe('required\n');
  });

  it.each(runtimes)('observes a service with the one import: %s', { timeout: INSTALL_MS }, async (node) => {
    await writeFile(
      join(folder, 'project/server.ts'),
      `import { createServer } from 'node:http';
       const server = createServer((request, response) => { response.end('hello' as string); });
       server.listen(0, '127.0.0.1', async () => {
         const { port } = server.address() as { port: number };
         await (await fetch(\`http://127.0.0.1:\${port}/orders?token=hunter2hunter2\`)).text();
         server.close();
       });`,
    );
    const { stdout } = await run(node, ['--import', '@sightline/bootstrap/register', 'server.ts'], {
      cwd: join(folder, 'project'),
      env: { PATH: process.env['PATH'], OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_TRACES_EXPORTER: 'none' },
    });
    expect(stdout).toMatch(/"level":"info".*GET/);
    expect(stdout).not.toContain('hunter2');
  });

  it('has types that a project with nothing else can check', { timeout: INSTALL_MS }, async () => {
    const names = specifiers.map((each, index) => `import * as all${index} from '${each}';`);
    const used = specifiers.map((_, index) => `all${index}`).join(', ');
    await writeFile(join(folder, 'project/types.ts'), `${names.join('\n')}\nexport const all = [${used}];\n`);
    await writeFile(
      join(folder, 'project/tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          module: 'nodenext',
          target: 'es2024',
          lib: ['es2024'],
          types: ['node'],
          skipLibCheck: true,
        },
        files: ['types.ts'],
      }),
    );
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-save', '@types/node@24'], {
      cwd: join(folder, 'project'),
    });
    expect(
      await inProject(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, '-p', '.']).catch(
        (error: unknown) => (error as { stdout: string }).stdout,
      ),
    ).toBe('');
  });

  it('runs nothing when it is installed, and brings the command', { timeout: INSTALL_MS }, async () => {
    expect(await inProject(process.execPath, ['node_modules/.bin/sightline', '--version'])).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    );
  });
});

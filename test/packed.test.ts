import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks } from './markdown.ts';

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

/** The service of the quick start, and the same on other frameworks; `server` is what listens. */
const services = [
  { name: 'express', code: quickStartService() },
  {
    name: 'fastify',
    code: `import { fastify } from 'fastify';
const app = fastify();
app.get('/orders/:id', async (request) => ({ id: Object(request.params).id }));
app.get('/broken', async () => { throw new Error('out of stock'); });
const server = app.server;
app.listen({ port: 0 });
`,
  },
  {
    name: 'koa',
    code: `import Koa from 'koa';
import Router from '@koa/router';
const app = new Koa();
const router = new Router();
router.get('/orders/:id', (context) => { context.body = { id: context.params.id }; });
router.get('/broken', () => { throw new Error('out of stock'); });
const server = app.use(router.routes()).listen(0);
`,
  },
  {
    name: 'hono',
    code: `import { Hono } from 'hono';
import { serve } from '@hono/node-server';
const app = new Hono();
app.get('/orders/:id', (context) => context.json({ id: context.req.param('id') }));
app.get('/broken', () => { throw new Error('out of stock'); });
const server = serve({ fetch: app.fetch, port: 0 });
`,
  },
];
const kinds = ['mjs', 'cjs', 'mts'] as const;

/** Asks what listens, and ends. */
const ASKS = `
async function ask() {
  const { port } = Object(server.address());
  for (const path of ['/orders/7', '/broken', '/nothing/here']) await (await fetch('http://localhost:' + port + path)).text();
  process.exit();
}
if (server.listening) ask(); else server.once('listening', ask);
`;

function quickStartService(): string {
  const blocks = codeBlocks(readFileSync(`${root}/docs/quick-start.md`, 'utf8'));
  return `${blocks.find(({ language }) => language === 'ts')!.code}\n`;
}

function asCommonJs(code: string): string {
  return code.replaceAll(/^import (.+) from ('.+');$/gm, 'const $1 = require($2);');
}

/**
 * Every package as it is published, installed from its archive into a project that has nothing else: what the manifest
 * forgets to name, or the archive to hold, is missing here and nowhere before.
 */
describe.skipIf(!isLong)('each package, packed and installed (with SIGHTLINE_LONG_TESTS=true)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-packed-'));
    // As the quick start has it, word by word: pnpm puts versions in the place of `workspace:` and `catalog:`.
    const pack = ['-y', 'pnpm@12.21.0', '--recursive', '--filter', './packages/*', 'pack'];
    await run('npx', [...pack, '--pack-destination', folder], { cwd: root });
    const archives = readdirSync(folder).map((file) => join(folder, file));
    const project = join(folder, 'project');
    await mkdir(project);
    await run('npm', ['init', '-y'], { cwd: project });
    const install = ['install', '--no-audit', '--no-fund'];
    await run('npm', [...install, ...archives, 'express', 'fastify', 'koa', '@koa/router', 'hono'], {
      cwd: project,
    });
    await run('npm', [...install, '@hono/node-server'], { cwd: project });
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

  it.each(
    runtimes.flatMap((node) => services.flatMap(({ name }) => kinds.map((kind) => ({ node, name, kind })))),
  )(
    'knows the routes of $name, as $kind, on $node',
    { timeout: INSTALL_MS },
    async ({ node, name, kind }) => {
      const service = services.find((each) => each.name === name)!;
      const file = `${name}.${kind}`;
      const loaded = kind === 'cjs' ? asCommonJs(service.code) : service.code;
      const typed = kind === 'mts' ? '\nexport const typed: string = process.version as string;\n' : '';
      await writeFile(join(folder, 'project', file), `${loaded}${typed}${ASKS}`);
      const { stdout } = await run(node, ['--import', '@sightline/bootstrap/register', file], {
        cwd: join(folder, 'project'),
        env: { PATH: process.env['PATH'], OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_TRACES_EXPORTER: 'none' },
      });
      const asked = [...stdout.matchAll(/"trace_id":"[0-9a-f]{32}".*"msg":"(GET .*?)"/g)].map(
        ([, line]) => line,
      );
      expect(asked).toEqual(['GET /orders/:id 200', 'GET /broken 500', 'GET /nothing/here 404']);
    },
  );

  it.each(runtimes)('observes a service with the one import: %s', { timeout: INSTALL_MS }, async (node) => {
    await writeFile(
      join(folder, 'project/server.mts'),
      `import { createServer } from 'node:http';
       const server = createServer((request, response) => { response.end('hello' as string); });
       server.listen(0, '127.0.0.1', async () => {
         const { port } = server.address() as { port: number };
         await (await fetch(\`http://127.0.0.1:\${port}/orders?token=hunter2hunter2\`)).text();
         server.close();
       });`,
    );
    const { stdout } = await run(node, ['--import', '@sightline/bootstrap/register', 'server.mts'], {
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

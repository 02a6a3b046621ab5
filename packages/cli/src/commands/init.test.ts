import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeIo, type Ran, runWith } from '../fake-io.fixture.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A package in a folder of its own. */
function project(manifest: object | string, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-init-'));
  folders.push(folder);
  const text = typeof manifest === 'string' ? manifest : `${JSON.stringify(manifest, undefined, 2)}\n`;
  for (const [path, content] of Object.entries({ 'package.json': text, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Every file with its mode and its bytes. */
function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${relative(folder, path)} ${statSync(path).mode.toString(8)} ${hash}`;
    })
    .toSorted();
}

const init = (cwd: string, line = '', io: FakeIo = {}): Promise<Ran> =>
  runWith(`init ${line}`, { cwd, ...io });
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

interface Fixture {
  readonly name: string;
  readonly manifest: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly found: object;
}

const fixtures: readonly Fixture[] = [
  {
    name: 'express, npm, CommonJS',
    manifest: { name: 'a', scripts: { start: 'node a.js' }, dependencies: { express: '5' } },
    files: { 'package-lock.json': '{}' },
    found: { framework: 'express', packageManager: 'npm', moduleKind: 'cjs' },
  },
  {
    name: 'fastify, pnpm, ESM',
    manifest: { name: 'a', type: 'module', scripts: { start: 'tsx a.ts' }, dependencies: { fastify: '5' } },
    files: { 'pnpm-lock.yaml': '' },
    found: { framework: 'fastify', packageManager: 'pnpm', moduleKind: 'esm' },
  },
  {
    name: 'koa, yarn',
    manifest: { name: 'a', scripts: { start: 'node .' }, dependencies: { koa: '3' } },
    files: { 'yarn.lock': '' },
    found: { framework: 'koa', packageManager: 'yarn' },
  },
  {
    name: 'hono, bun',
    manifest: { name: 'a', scripts: { start: 'node .' }, dependencies: { hono: '4' } },
    files: { 'bun.lock': '' },
    found: { framework: 'hono', packageManager: 'bun' },
  },
  {
    name: 'nest on express, by the field packageManager',
    manifest: {
      name: 'a',
      packageManager: 'pnpm@12.21.0',
      scripts: { start: 'nest start', 'start:prod': 'node dist/main' },
      dependencies: { '@nestjs/core': '12', express: '5' },
    },
    files: { 'package-lock.json': '{}' },
    found: { framework: 'nest', packageManager: 'pnpm' },
  },
  {
    name: 'plain http',
    manifest: { name: 'a', scripts: { start: 'node server.mjs' } },
    found: { framework: 'http', packageManager: 'npm', moduleKind: 'cjs' },
  },
];

describe('init', () => {
  it.each(fixtures)('knows $name, and puts everything back', async ({ manifest, files = {}, found }) => {
    const folder = project(manifest, files);
    const before = snapshot(folder);
    const ran = await init(folder, '--yes --json');
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.json().result).toMatchObject({ ...found, written: true });
    const written = JSON.parse(read(folder, 'package.json')) as Record<string, Record<string, string>>;
    expect(written['dependencies']?.['@sightline/bootstrap']).toMatch(/^\^\d/);
    for (const script of Object.values(written['scripts'] ?? {}))
      expect(script).toMatch(/--import[ =]@sightline\/bootstrap\/register/);
    expect(read(folder, '.env')).toContain('OTEL_SERVICE_NAME=a\n');
    expect((await init(folder, '--undo')).exitCode).toBe(0);
    expect(snapshot(folder)).toEqual(before);
  });

  it('finds the lock file of the workspace around it', async () => {
    const folder = project(
      { name: 'root' },
      { 'pnpm-lock.yaml': '', 'services/a/package.json': '{"name":"a"}' },
    );
    const ran = await init(folder, 'services/a --dry-run --json');
    expect(ran.json().result).toMatchObject({ packageManager: 'pnpm', service: 'a' });
  });

  it('changes Dockerfiles, manifests and .env, and shows each as a difference', async () => {
    const folder = project(
      { name: '@acme/shop', scripts: { start: 'node .' } },
      {
        Dockerfile: 'FROM node:24\nCMD ["node", "."]\n',
        '.env': 'API_TOKEN=hunter2\nOTEL_SERVICE_NAME=mine',
        'k8s/shop.yaml':
          'kind: Deployment\nmetadata: { name: shop }\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: x\n',
        'node_modules/x/deploy.yaml': 'kind: Deployment\n',
      },
    );
    const before = snapshot(folder);
    const { stdout } = await init(folder, '--yes');
    expect(stdout).toContain('+CMD ["node", "--import", "@sightline/bootstrap/register", "."]');
    expect(stdout).toContain('+          livenessProbe:');
    expect(stdout).toContain('+OTEL_EXPORTER');
    expect(stdout).not.toContain('hunter2');
    // What is set stays as it is.
    expect(read(folder, '.env')).toMatch(
      /^API_TOKEN=hunter2\nOTEL_SERVICE_NAME=mine\n\n# Sightline.*\nOTEL_EXPORTER/,
    );
    await init(folder, '--undo');
    expect(snapshot(folder)).toEqual(before);
  });

  it('gives the probes to the service, and not to the database beside it; to what is called otherwise, where it is alone', async () => {
    const workload = (name: string): string =>
      `kind: Deployment\nmetadata: { name: ${name} }\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          image: x\n`;
    const manifest = { name: 'shop', scripts: { start: 'node .' } };
    const folder = project(manifest, {
      'k8s/shop.yaml': workload('shop'),
      'k8s/redis.yaml': workload('redis'),
    });
    const { stdout } = await init(folder, '--yes');
    expect(read(folder, 'k8s/shop.yaml')).toContain('livenessProbe:');
    expect(read(folder, 'k8s/redis.yaml')).toBe(workload('redis'));
    expect(stdout).toContain(
      'k8s/redis.yaml stays as it is: neither Deployment redis nor its container is called shop',
    );
    const alone = project(manifest, { 'k8s/all.yaml': workload('backend') });
    await init(alone, '--yes');
    expect(read(alone, 'k8s/all.yaml')).toContain('livenessProbe:');
  });

  it('shows a new file as its lines, and nothing around them', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } });
    const { stdout } = await init(folder, '--dry-run');
    expect(stdout).toMatch(/\n\+\+\+ \.env \(new\)\n(?:\+\S.*\n)+\n/);
  });

  it('keeps the form of package.json: tabs, line ends, no end of line, its order', async () => {
    const text =
      '{\r\n\t"name": "a",\r\n\t"scripts": { "start": "node ." },\r\n\t"dependencies": { "b": "1", "a": "1" }\r\n}';
    const folder = project(text);
    await init(folder, '--yes');
    const written = read(folder, 'package.json');
    expect(written).not.toMatch(/[^\r]\n/);
    expect(written).toMatch(/^\{\r\n\t"name"/);
    expect(written.endsWith('}')).toBe(true);
    expect(Object.keys((JSON.parse(written) as { dependencies: object }).dependencies)).toEqual([
      'b',
      'a',
      '@sightline/bootstrap',
    ]);
  });

  it('writes nothing with --dry-run, without an answer, and with another answer than yes', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } });
    const before = snapshot(folder);
    expect((await init(folder, '--dry-run')).exitCode).toBe(0);
    expect(await init(folder)).toMatchObject({ exitCode: 1 });
    expect(await init(folder, '', { terminal: true, stdin: 'n\n' })).toMatchObject({ exitCode: 1 });
    expect(await init(folder, '', { terminal: true, stdin: '' })).toMatchObject({ exitCode: 1 });
    expect(snapshot(folder)).toEqual(before);
    const ran = await init(folder, '', { terminal: true, stdin: 'y\n' });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('write these changes? [y/N]');
    expect(snapshot(folder)).not.toEqual(before);
  });

  it('undoes nothing where a file was changed since, and names it', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } });
    await init(folder, '--yes');
    writeFileSync(join(folder, '.env'), `${read(folder, '.env')}MINE=1\n`);
    const before = snapshot(folder);
    const ran = await init(folder, '--undo');
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/1 file changed since init: \.env.*SIGHTLINE_CLI_CHANGED_FILES/s);
    expect(snapshot(folder)).toEqual(before);
  });

  it('puts back what it can where a file was not written, or was put back by somebody', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } });
    const before = snapshot(folder);
    // A new file that cannot be made, whoever runs this.
    symlinkSync(join(folder, 'gone/.env'), join(folder, '.env'));
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('.env cannot be written: it is not there');
    expect(snapshot(folder)).toEqual(before);
    expect(readdirSync(folder)).not.toContain('.sightline');
    rmSync(join(folder, '.env'));
    const manifest = read(folder, 'package.json');
    await init(folder, '--yes');
    writeFileSync(join(folder, 'package.json'), manifest);
    expect(await init(folder, '--undo')).toMatchObject({ exitCode: 0, stdout: 'removed  .env\n' });
    expect(snapshot(folder)).toEqual(before);
  });

  it('has nothing to do a second time, and nothing to undo where it was not run', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } });
    expect((await init(folder, '--undo')).exitCode).toBe(2);
    await init(folder, '--yes');
    const before = snapshot(folder);
    expect(await init(folder, '--yes')).toMatchObject({
      exitCode: 0,
      stdout: 'nothing to do: Sightline is there\n',
    });
    expect(snapshot(folder)).toEqual(before);
  });

  it.each<readonly [string, object, Readonly<Record<string, string>>]>([
    ['pnpm', {}, { 'pnpm-workspace.yaml': "packages:\n  - '.'\n  - 'services/*'\n  - '!**/test/**'\n" }],
    ['npm', { workspaces: ['./services/*', 'libs'] }, {}],
    ['Yarn', { workspaces: { packages: ['services/*', 'services/api/'] } }, {}],
  ])('leads from the root of a workspace to its services: %s', async (_manager, more, files) => {
    const service = JSON.stringify({ scripts: { start: 'node .' } });
    const folder = project(
      { name: 'all', scripts: { dev: 'turbo dev', start: 'pnpm -r start' }, ...more },
      {
        ...files,
        'services/api/package.json': service,
        'services/jobs/package.json': service,
        'services/lib/package.json': '{}',
        'services/README.md': '',
        'libs/package.json': '{}',
      },
    );
    const before = snapshot(folder);
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('is the root of a workspace');
    expect(ran.stderr).toContain('sightline init services/api, and likewise services/jobs\n');
    expect(snapshot(folder)).toEqual(before);
    expect((await init(folder, 'services/api --yes')).stdout).not.toContain('a port of its own');
    const second = await init(folder, 'services/jobs --dry-run');
    expect(second.stdout).toContain(
      'services/api has Sightline as well: on one machine each needs a port of its own',
    );
    expect(second.stdout).toContain(
      'OTEL_EXPORTER_PROMETHEUS_PORT=9465, and sightline dev is told of all: --scrape localhost:9464 --scrape localhost:9465',
    );
    writeFileSync(join(folder, 'services/jobs/.env'), 'OTEL_EXPORTER_PROMETHEUS_PORT=9500\n');
    expect((await init(folder, 'services/jobs --dry-run')).stdout).not.toContain('a port of its own');
  });

  it('takes the root of a workspace that is a service itself, and a pnpm-workspace.yaml of settings', async () => {
    const files = { 'pnpm-workspace.yaml': 'packages: [libs/*]\n' };
    expect((await init(project({ scripts: { start: 'node .' } }, files), '--yes')).exitCode).toBe(0);
    const settings = { 'pnpm-workspace.yaml': 'nodeVersion: 24.1.0\n' };
    expect((await init(project({ scripts: { start: 'next start' } }, settings), '--yes')).exitCode).toBe(0);
    expect((await init(project({ workspaces: [] }), '--yes')).exitCode).toBe(0);
    const broken = await init(project({}, { 'pnpm-workspace.yaml': 'a: [' }), '--yes');
    expect(broken.stderr).toContain('sightline init services/checkout');
  });

  it('takes a service that has examples or libraries for its workspace, where that can be told', async () => {
    const own = { name: 'shop', scripts: { start: 'pm2 start app.js' } };
    const libraries = project({ ...own, workspaces: ['libs/**'] }, { 'libs/a/package.json': '{}' });
    expect((await init(libraries, '--yes')).stdout).toContain('the script start stays as it is');
    const files = { 'examples/a/package.json': JSON.stringify({ scripts: { start: 'node .' } }) };
    const examples = project({ ...own, workspaces: ['examples/**'] }, files);
    const refused = await init(examples, '--yes');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--service with its name where this is one');
    expect((await init(examples, '--yes --service shop')).exitCode).toBe(0);
  });

  it('looks for other services no further than the repository goes', async () => {
    const service = JSON.stringify({ scripts: { start: 'node .' } });
    const sightline = JSON.stringify({
      scripts: { start: 'node .' },
      dependencies: { '@sightline/bootstrap': '1' },
    });
    const folder = project(
      { workspaces: ['a', 'b'] },
      { 'a/package.json': sightline, 'b/package.json': service },
    );
    expect((await init(folder, 'b --dry-run')).stdout).toContain('a has Sightline as well');
    mkdirSync(join(folder, 'b/.git'));
    expect((await init(folder, 'b --dry-run')).stdout).not.toContain('as well');
  });

  it('says what to do by hand for scripts that it does not understand', async () => {
    const folder = project({ name: 'a', scripts: { start: 'next start' } });
    const { stdout } = await init(folder, '--yes');
    expect(stdout).toContain('the script start stays as it is: next is no program that is known');
    expect(JSON.parse(read(folder, 'package.json'))).toHaveProperty('scripts.start', 'next start');
  });

  it.each([
    ['.env.local', { '.env.local': 'PORT=81\n' }, {}],
    ['.env.development.local', { '.env.development.local': '' }, {}],
    ['.env.production', { '.env.production': 'DATABASE_URL=live\n', '.env.example': '' }, {}],
    ['what dotenv-flow reads on top', {}, { 'dotenv-flow': '4' }],
  ])('does not let .env win over %s, and says so', async (onTop, files, dependencies) => {
    const scripts = { start: 'node .', dev: 'ts-node a.ts', serve: 'node --env-file=.env .' };
    const folder = project({ name: 'a', scripts, dependencies }, files);
    const ran = await init(folder, '--yes --json');
    expect(JSON.parse(read(folder, 'package.json'))).toHaveProperty(
      'scripts.start',
      'node --import @sightline/bootstrap/register .',
    );
    const why = `as ${onTop} would no longer win over it: set OTEL_… where it is started`;
    expect(ran.json().result).toMatchObject({
      notes: [
        `the script start does not read .env first, ${why}`,
        `the script dev does not read .env first, ${why}`,
      ],
    });
  });

  it('reads .env first where beside it there are patterns and what tests read alone', async () => {
    const files = { '.env.example': '', '.env.production.sample': '', '.env.test': '', '.env.vault': '' };
    const folder = project({ name: 'a', scripts: { start: 'node .' } }, files);
    await init(folder, '--yes');
    expect(read(folder, 'package.json')).toContain('--env-file-if-exists=.env');
  });

  it.each([
    ['Dockerfile', 'FROM node:20-slim AS base\nFROM base\nCMD ["npm", "start"]\n', '20'],
    ['Dockerfile', 'ARG NODE=18.20.4\nFROM node:${NODE}-alpine\nCMD ["npm", "start"]\n', '18.20.4'],
    ['.nvmrc', 'v22.14.0\n', '22.14.0'],
  ])('gives an old Node.js no flag that it does not know: %s %j', async (path, text, version) => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } }, { [path]: text });
    const ran = await init(folder, '--yes --json');
    expect(read(folder, 'package.json')).not.toContain('--env-file');
    expect(ran.json().result).toMatchObject({
      notes: [
        `${path} has Node.js ${version}, and Sightline needs 22.15 or later: update that first`,
        `the script start does not read .env first, as ${path} has Node.js ${version}, which may not know how: set OTEL_… where it is started`,
      ],
    });
  });

  it.each([
    ['FROM node:20 AS build\nFROM node:24\nCMD ["npm", "start"]\n'],
    ['FROM node:22-slim\nCMD ["npm", "start"]\n'],
    ['FROM registry.example/node-base:18\nCMD ["npm", "start"]\n'],
  ])('takes no other image for an old Node.js: %j', async (text) => {
    const folder = project({ name: 'a', scripts: { start: 'node .' } }, { Dockerfile: text });
    expect((await init(folder, '--yes --json')).json().result).toMatchObject({ notes: [] });
  });

  it('says that a container starts a script that does not load it', async () => {
    const scripts = {
      start: 'node .',
      prod: 'node dist/main.js',
      ready: 'node --import @sightline/bootstrap/register .',
    };
    const of = async (command: string): Promise<unknown> =>
      (
        await init(
          project({ name: 'a', scripts }, { Dockerfile: `FROM node:24\n${command}\n` }),
          '--dry-run --json',
        )
      ).json().result;
    expect(await of('CMD ["npm", "run", "prod"]')).toMatchObject({
      notes: [
        'Dockerfile starts the script prod, which does not load it: let that be node --import @sightline/bootstrap/register',
      ],
    });
    for (const command of ['CMD yarn start', 'CMD ["pnpm", "run", "ready"]', 'CMD npm run none'])
      // oxlint-disable-next-line no-await-in-loop -- a few
      expect(await of(command)).toMatchObject({ notes: [] });
  });

  it('changes a package.json that begins with a byte order mark, and keeps it', async () => {
    const folder = project('\uFEFF{\n\t"name": "a",\n\t"scripts": { "start": "node ." }\n}\n');
    expect((await init(folder, '--yes')).exitCode).toBe(0);
    expect(read(folder, 'package.json')).toMatch(/^\uFEFF\{\n\t"name": "a",\n[^]*@sightline/);
  });

  it('says which script cannot read .env', async () => {
    const folder = project({ name: 'a', scripts: { start: 'node .', dev: 'ts-node a.ts' } });
    const ran = await init(folder, '--yes --json');
    expect(ran.json().result).toMatchObject({
      notes: [
        'the script dev does not read .env first, as ts-node hands no flag on that would read it: set OTEL_… where it is started',
      ],
    });
  });

  it.each<readonly [string, object, Readonly<Record<string, string>>]>([
    ['exec in nodemon.json', {}, { 'nodemon.json': '{ "exec": "ts-node" }' }],
    ['execMap in nodemon.json', {}, { 'nodemon.json': '{ "execMap": { "js": "node -r esm" } }' }],
    ['a nodemon.json that is no JSON', {}, { 'nodemon.json': '{' }],
    ['nodemonConfig', { nodemonConfig: { exec: 'ts-node' } }, {}],
  ])('leaves nodemon alone, and says so, with %s', async (_what, more, files) => {
    const manifest = { name: 'a', scripts: { dev: 'nodemon server.js' }, ...more };
    const folder = project(manifest, files);
    const { stdout } = await init(folder, '--yes');
    expect(JSON.parse(read(folder, 'package.json'))).toHaveProperty('scripts.dev', 'nodemon server.js');
    expect(stdout).toContain('the script dev stays as it is: nodemon starts what its files or options say');
  });

  it('lets nodemon start Node.js where its configuration says nothing of that', async () => {
    const manifest = { name: 'a', scripts: { dev: 'nodemon server.js' }, nodemonConfig: { exec: 'x' } };
    // It is read instead of nodemonConfig.
    const folder = project(manifest, { 'nodemon.json': '{ "watch": ["src"] }' });
    await init(folder, '--yes');
    expect(read(folder, 'package.json')).toContain('nodemon --exec ');
  });

  it('keeps its record out of git, without a copy of .env, and takes that back; not where more is in the folder', async () => {
    const folder = project(
      { name: 'a', scripts: { start: 'node .' } },
      { '.env': '\uFEFFPASSWORD=geheim-\u{1F511}\r\n' },
    );
    const before = snapshot(folder);
    await init(folder, '--yes');
    expect(read(folder, '.sightline/.gitignore').split('\n')).toContain('init.json');
    expect(read(folder, '.sightline/init.json')).not.toContain('geheim');
    await init(folder, '--undo');
    expect(snapshot(folder)).toEqual(before);
    expect(readdirSync(folder)).not.toContain('.sightline');
    await init(folder, '--yes');
    mkdirSync(join(folder, '.sightline/secrets'));
    writeFileSync(join(folder, '.sightline/secrets/x'), '');
    await init(folder, '--undo');
    expect(readdirSync(join(folder, '.sightline')).toSorted()).toEqual(['.gitignore', 'secrets']);
    rmSync(join(folder, '.sightline/secrets'), { recursive: true });
    writeFileSync(join(folder, '.sightline/.gitignore'), '*\n');
    await init(folder, '--yes');
    await init(folder, '--undo');
    expect(read(folder, '.sightline/.gitignore')).toBe('*\n');
  });

  it.each([
    ['no package', {}, 2],
    ['no JSON', { 'package.json': '{' }, 2],
  ] as const)('needs a package.json: %s', async (_name, files, exitCode) => {
    const folder = project({}, files);
    if (Object.keys(files).length === 0) rmSync(join(folder, 'package.json'));
    expect((await init(folder, '--yes')).exitCode).toBe(exitCode);
  });
});

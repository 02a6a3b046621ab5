import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeIo, type Ran, runWith } from '../fake-io.fixture.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function project(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-init-'));
  folders.push(folder);
  const manifest = '{\n  "name": "a",\n  "scripts": { "start": "node ." }\n}\n';
  for (const [path, content] of Object.entries({ 'package.json': manifest, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
const init = (cwd: string, line = '', io: FakeIo = {}): Promise<Ran> =>
  runWith(`init ${line}`, { cwd, ...io });

describe('init, with what is not its to change', () => {
  it('leaves a .env that is not UTF-8 as it is, and says what to add', async () => {
    const mine = Buffer.from('NAME=gr\u00FCn\n', 'latin1');
    const folder = project({ '.env': mine });
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(0);
    expect(readFileSync(join(folder, '.env'))).toEqual(mine);
    expect(ran.stdout).toContain(
      '.env stays as it is, as it is not UTF-8: add OTEL_SERVICE_NAME=a OTEL_EXPORTER',
    );
    await init(folder, '--undo');
    expect(readFileSync(join(folder, '.env'))).toEqual(mine);
  });

  it.each<readonly [string, string | Uint8Array]>([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['a list', '[]'],
    ['a text', '"a"'],
    ['no UTF-8', Buffer.from([0x7b, 0xff])],
  ])('refuses a package.json that holds %s', async (_name, manifest) => {
    const ran = await init(project({ 'package.json': manifest }), '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('is no JSON of a package');
  });

  it('says that a file cannot be read', async () => {
    const folder = project({});
    mkdirSync(join(folder, '.env'));
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('.env cannot be read: it is a folder');
  });

  it('goes on where a file below cannot be read that is none of its own', async () => {
    const folder = project({ 'k8s/values.json': '' });
    // A folder behind a link: whoever runs this cannot read it as a file.
    symlinkSync(join(folder, 'k8s'), join(folder, 'linked.yaml'));
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('linked.yaml stays as it is: it cannot be read');
  });

  it('leaves deployments alone that it does not understand, with the reason', async () => {
    const workload = (containers: string, kind = 'Deployment'): string =>
      `kind: ${kind}\nmetadata: { name: a }\nspec:\n  template:\n    spec:\n      containers: ${containers}\n`;
    const folder = project({
      Dockerfile: 'FROM node\nCMD ["/app/server"]\n',
      'Dockerfile.dockerignore': 'CMD ["node", "."]\n',
      'Dockerfile.script': 'FROM node\nCMD ["npm", "start"]\n',
      'several.yml': workload('[{ name: x, image: a }, { name: y, image: b }]'),
      'none.yml': workload('nothing'),
      'flow.yml': workload('[{ name: x, image: a }]'),
      'imageless.yml': workload('\n        - name: x'),
      'probed.yml': workload('\n        - name: x\n          image: a\n          livenessProbe: {}'),
      'other.yml': workload('[]', 'Service'),
      'broken.yml': 'kind: Deployment\n a: b: c',
      'binary.yml': Buffer.from([0xff, 0xfe]),
    });
    const { stdout } = await init(folder, '--dry-run');
    expect(stdout).toContain('Dockerfile stays as it is: what it starts is not known');
    expect(stdout).toContain(
      'several.yml stays as it is: Deployment a has 2 containers, and none is called a',
    );
    expect(stdout).toContain('none.yml stays as it is: Deployment a has 0 containers');
    expect(stdout).toContain('flow.yml stays as it is: Deployment a is not written line by line');
    expect(stdout).toContain('imageless.yml stays as it is: Deployment a is not written line by line');
    expect(stdout).toContain('probed.yml stays as it is: Deployment a has probes already');
    expect(stdout).not.toMatch(/(?:other|broken|binary)\.yml|Dockerfile\.(?:script|dockerignore)/);
  });

  it('keeps the place of a dependency that is there, and takes a name for a package without one', async () => {
    const folder = project({
      'package.json': '{"scripts":{"start":"node ."},"dependencies":{"@sightline/bootstrap":"^0.0.1"}}',
    });
    const ran = await init(folder, '--yes --json');
    expect(ran.json().result).toMatchObject({ service: 'service' });
    const written = readFileSync(join(folder, 'package.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ dependencies: { '@sightline/bootstrap': '^0.0.1' } });
  });
});

describe('init, a second time', () => {
  it('asks for the first to be undone where there is more to change now', async () => {
    const folder = project({});
    await init(folder, '--yes');
    writeFileSync(join(folder, 'package.json'), '{"name":"a","scripts":{"start":"node ."}}');
    const ran = await init(folder, '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('sightline init --undo');
  });

  it('understands no record that is none, and undoes nothing that the record has changed in', async () => {
    const folder = project({ '.sightline/init.json': '{' });
    expect((await init(folder, '--undo')).stderr).toContain('cannot be understood');
    const record = { files: [{ path: 'package.json', before: 'x', beforeHash: 'y', afterHash: 'z' }, {}] };
    writeFileSync(join(folder, '.sightline/init.json'), JSON.stringify(record));
    const ran = await init(folder, '--undo');
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('2 files changed since init: package.json, ');
  });

  it('keeps what stands beside its record, and says what cannot be written', async () => {
    const folder = project({ '.sightline/mine': '' });
    await init(folder, '--yes');
    expect((await init(folder, '--undo')).exitCode).toBe(0);
    expect(readFileSync(join(folder, '.sightline/mine'), 'utf8')).toBe('');
    const other = project({ '.sightline': 'a file' });
    const ran = await init(other, '--yes');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('cannot be written');
  });
});

describe('init --install', () => {
  /** A package manager that ends so. */
  function withNpm(code: number): string {
    const bin = project({});
    writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$1 in $PWD"\nexit ${code}\n`);
    chmodSync(join(bin, 'npm'), 0o755);
    return bin;
  }

  it('runs the package manager in the folder, and shows what it does', async () => {
    const folder = project({});
    const ran = await init(folder, '--yes --install', { env: { PATH: withNpm(0) }, terminal: true });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain(`npm: install in ${folder}`);
    expect(ran.stdout).not.toContain('next: npm install');
  });

  it('shows what a package manager said that failed, and names one that is not there', async () => {
    const ran = await init(project({}), '--yes --install', { env: { PATH: withNpm(1) } });
    expect(ran.stderr).toContain('install in ');
    expect(ran.stdout).toMatch(/npm install failed, as it says above\nnext: npm install\n/);
    expect(ran.exitCode).toBe(1);
    const without = await init(project({}), '--yes --install', { env: { PATH: '/nowhere' } });
    expect(without.exitCode).toBe(3);
    expect(without.stderr).toContain('there is no npm on the PATH');
  });

  it('takes an answer that comes in bytes and in parts', async () => {
    const folder = project({});
    const stdin = (async function* parts(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('ye');
      yield Buffer.from('s\n');
    })();
    expect((await init(folder, '', { terminal: true, stdin })).exitCode).toBe(0);
  });
});

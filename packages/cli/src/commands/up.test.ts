import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ran, runWith } from '../fake-io.fixture.ts';
import type { Io } from '../io.ts';

const folders: string[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sightline-up-'));
  folders.push(made);
  return made;
}

/** A folder of programs, each a script. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const bin = folder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return `${bin}:/usr/bin:/bin`;
}

/** Docker as far as it is asked, which keeps what it is asked for. */
const docker = (compose: string): string => `
echo "$PWD $*" >>"$ASKED"
case "$*" in
  'compose version --short') echo 2.40.3 ;;
  'version --format {{.Server.Version}}') echo 28.2.2 ;;
  compose*) ${compose} ;;
esac`;

const UP = `printf ' Image grafana/loki:3.7.6 Pulling \\n Image grafana/loki:3.7.6 Pulled \\n Container sightline-loki-1  Healthy\\n' >&2`;

describe('up, with containers', () => {
  it('writes the stack where there is none, starts it, tells how far it is and where to look', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(UP) }), ASKED: join(cwd, 'asked') };
    const ran = await runWith('up', { cwd, env, terminal: true });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('getting images: 1 of 1, grafana/loki:3.7.6');
    expect(ran.stderr).toContain('loki is healthy; 1 of 1 are ready');
    expect(ran.stdout).toContain('Grafana        http://localhost:3000');
    expect(ran.stdout).toContain(
      `password: cat ${cwd}/.sightline/stack/compose/secrets/grafana_admin_password`,
    );
    expect(readFileSync(env.ASKED, 'utf8')).toContain(
      `${cwd}/.sightline/stack/compose compose --progress plain up --detach monitoring`,
    );
    for (const path of ['compose/compose.yaml', 'alerts/prometheus', 'dashboards/provisioning'])
      expect(existsSync(join(cwd, '.sightline/stack', path))).toBe(true);
    expect(readFileSync(join(cwd, '.sightline/.gitignore'), 'utf8')).toContain('secrets/');
    expect(statSync(join(cwd, '.sightline/stack/compose/backup/backup.sh')).mode & 0o111).toBe(0o111);
  });

  it('says where to look by the ports in the .env of the stack', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(UP) }), ASKED: join(cwd, 'asked') };
    await runWith('up', { cwd, env });
    const dotenv = join(cwd, '.sightline/stack/compose/.env');
    writeFileSync(dotenv, 'GRAFANA_PORT=3001\nOTLP_HTTP_PORT=14318\nLOKI_PORT=13100\n');
    const ran = await runWith('up', { cwd, env });
    expect(ran.stdout).toContain('Grafana        http://localhost:3001');
    expect(ran.stdout).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14318\n');
    expect(ran.stdout).toContain(
      'OTEL_LOGS_EXPORTER=otlp OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://localhost:13100/otlp/v1/logs\n',
    );
    writeFileSync(dotenv, 'GRAFANA_PORT=none\nLOKI_PORT=0\n');
    const wrong = await runWith('up', { cwd, env });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/LOKI_PORT has a wrong value[^]*GRAFANA_PORT has a wrong value/);
  });

  it('names a port that something else has, and what, before Compose fails on it', async () => {
    const server = createHttpServer((request, response) => {
      response.end(request.url === '/sightline/api/v1/runs' ? '[]' : '');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const port = String((server.address() as AddressInfo).port);
    const cwd = folder();
    const script = docker(
      `case "$*" in *' config') echo '        published: "'$OTLP_HTTP_PORT'"'; echo '        published: "1"' ;; *' ps '*) echo "$PS" ;; *) ${UP} ;; esac`,
    );
    const env = { PATH: programs({ docker: script }), ASKED: join(cwd, 'asked'), OTLP_HTTP_PORT: port };
    const up = (more: Record<string, string>, given?: Io['fetch']): Promise<Ran> =>
      runWith('up --profile collector', {
        cwd,
        env: { ...env, PS: '[]', ...more },
        ...(given && { fetch: given }),
      });
    const embedded = await up({}, fetch);
    expect(embedded.exitCode).toBe(1);
    expect(embedded.stderr).toContain(`port ${port} is taken by sightline dev (SIGHTLINE_CLI_PORT)`);
    expect(embedded.stderr).toContain('fix: end it, or set OTLP_HTTP_PORT to another port');
    // With a token it does not tell what it keeps.
    const guarded = (): Promise<Response> =>
      Promise.resolve(new Response('Authorization: expected `Bearer <token>`\n', { status: 401 }));
    expect((await up({}, guarded)).stderr).toContain('is taken by sightline dev');
    expect((await up({})).stderr).toMatch(/is taken by (?:\S+, process \d+|something else) \(/);
    expect(readFileSync(env.ASKED, 'utf8')).not.toContain(' up ');
    expect(readFileSync(env.ASKED, 'utf8')).toContain('--profile collector config\n');
    // Its own containers may have it, and what is not known is left to Compose.
    expect((await up({ PS: `{"Publishers":[{"PublishedPort":${port}}]}` })).exitCode).toBe(0);
    server.close();
  });

  it('keeps a file of the stack that somebody has changed, and says so', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(UP) }), ASKED: join(cwd, 'asked') };
    await runWith('up', { cwd, env });
    const file = join(cwd, '.sightline/stack/compose/loki/loki.yml');
    writeFileSync(file, '# mine\n');
    const ran = await runWith('up --profile collector --json', { cwd, env });
    expect(ran.exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
    expect(readFileSync(env.ASKED, 'utf8')).toContain('--profile collector up --detach\n');
    expect(ran.json().result).toMatchObject({
      engine: 'docker 28.2.2',
      servers: { loki: 'http://localhost:3100' },
    });
  });

  it('renews a file of the stack that an older version has written, and starts what reads it anew', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(UP) }), ASKED: join(cwd, 'asked') };
    await runWith('up', { cwd, env });
    const stack = join(cwd, '.sightline/stack');
    const file = join(stack, 'compose/tempo/tempo.yml');
    const now = readFileSync(file, 'utf8');
    writeFileSync(file, '# older\n');
    const record = JSON.parse(readFileSync(join(stack, '.sightline.json'), 'utf8')) as {
      files: Record<string, string>;
    };
    record.files['compose/tempo/tempo.yml'] = createHash('sha256').update('# older\n').digest('hex');
    writeFileSync(join(stack, '.sightline.json'), JSON.stringify(record));
    expect(readFileSync(env.ASKED, 'utf8')).not.toContain(' restart ');
    await runWith('up', { cwd, env });
    expect(readFileSync(file, 'utf8')).toBe(now);
    // Compose would let it go on with the older one.
    expect(readFileSync(env.ASKED, 'utf8')).toMatch(/ compose --progress plain restart tempo\n$/);
  });

  it('takes away what an older version has written and this one has no more, but for what somebody has changed', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(UP) }), ASKED: join(cwd, 'asked') };
    await runWith('up', { cwd, env });
    const stack = join(cwd, '.sightline/stack');
    const record = JSON.parse(readFileSync(join(stack, '.sightline.json'), 'utf8')) as {
      files: Record<string, string>;
    };
    // Prometheus reads all of them: what was renamed would be evaluated twice.
    for (const name of ['gone', 'mine', '../../../outside']) {
      const path = `alerts/prometheus/${name}.yml`;
      writeFileSync(join(stack, path), '# older\n');
      record.files[path] = createHash('sha256').update('# older\n').digest('hex');
    }
    writeFileSync(join(stack, 'alerts/prometheus/mine.yml'), '# mine\n');
    writeFileSync(join(stack, 'alerts/prometheus/added.yml'), '# added\n');
    writeFileSync(join(stack, '.sightline.json'), JSON.stringify(record));
    const ran = await runWith('up', { cwd, env });
    expect(ran.stderr).toContain('kept as they are: alerts/prometheus/mine.yml, which somebody has changed');
    const there = ['gone', 'mine', 'added', '../../../outside'].map((name) =>
      existsSync(join(stack, `alerts/prometheus/${name}.yml`)),
    );
    expect(there).toEqual([false, true, true, true]);
  });

  it.each([
    ['nothing on the PATH', {}, 'there is no docker and no podman on the PATH'],
    [
      'an engine that does not run',
      { docker: 'echo "Cannot connect to the Docker daemon" >&2; exit 1' },
      'docker is installed, and its engine does not answer: Cannot connect to the Docker daemon',
    ],
    [
      'no Compose',
      {
        docker: `case "$*" in compose*) echo "docker: 'compose' is not a docker command." >&2; exit 1 ;; *) echo 20 ;; esac`,
      },
      "docker has no Compose: docker: 'compose' is not a docker command.",
    ],
  ])('names --native for %s', async (_name, scripts, problem) => {
    const cwd = folder();
    const bin = programs(scripts).split(':')[0] ?? '';
    // A shell is there, an engine of this machine is not.
    const env = { PATH: bin };
    const ran = await runWith('up', { cwd, env });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain(problem);
    expect(ran.stderr).toContain('sightline up --native');
    expect(existsSync(join(cwd, '.sightline'))).toBe(false);
  });

  it('shows what Compose said when it fails', async () => {
    const cwd = folder();
    const env = {
      PATH: programs({ docker: docker('echo "no space left on device" >&2; exit 1') }),
      ASKED: join(cwd, 'asked'),
    };
    const ran = await runWith('up', { cwd, env });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('docker compose up failed: no space left on device');
  });
});

describe('up, with a stack of the user', () => {
  /** As much of a stack as is looked for. */
  function stack(): string {
    const path = folder();
    for (const each of ['compose', 'dashboards/provisioning'])
      mkdirSync(join(path, each), { recursive: true });
    writeFileSync(join(path, 'compose/compose.yaml'), '');
    return path;
  }

  it('runs that one where it is, and writes nothing', async () => {
    const cwd = stack();
    const podman = docker(UP).replace("'version --format {{.Server.Version}}'", 'info');
    // No docker of this machine.
    const env = { PATH: programs({ podman }).split(':')[0] ?? '', ASKED: join(cwd, 'asked') };
    const ran = await runWith('up --json', { cwd, env });
    expect(ran.json().result).toMatchObject({ engine: 'podman', stack: cwd });
    expect(readFileSync(env.ASKED, 'utf8')).toContain(`${cwd}/compose compose --progress plain up`);
    expect(existsSync(join(cwd, '.sightline'))).toBe(false);
  });

  it('has no shop to build outside of the repository', async () => {
    const ran = await runWith(`up --profile demo --stack ${stack()}`, { cwd: folder() });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('the repository of Sightline as the current folder');
  });
});

describe('down', () => {
  it('tells what it ends, and what Compose said when that failed', async () => {
    const cwd = folder();
    const script = docker(`echo ' Container sightline-loki-1  Stopped' >&2; echo 'odd' >&2; exit $CODE`);
    const env = { PATH: programs({ docker: script }), ASKED: join(cwd, 'asked'), CODE: '0' };
    expect((await runWith('down', { cwd, env, terminal: true })).stderr).toContain('loki is stopped');
    const failed = await runWith('down', { cwd, env: { ...env, CODE: '1' } });
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('docker compose down failed: odd');
  });

  it('ends every profile, and deletes data only when that is said twice', async () => {
    const cwd = folder();
    const env = { PATH: programs({ docker: docker(':') }), ASKED: join(cwd, 'asked') };
    expect((await runWith('down', { cwd, env })).stdout).toContain('ended; the data is kept');
    expect((await runWith('down --delete-data', { cwd, env })).exitCode).toBe(2);
    expect((await runWith('down --delete-data --yes', { cwd, env })).stdout).toContain('all data is deleted');
    const asked = readFileSync(env.ASKED, 'utf8');
    expect(asked).toContain('--profile * down --remove-orphans\n');
    expect(asked.match(/--volumes/g)).toHaveLength(1);
  });

  it('is about the stack alone, where variables of Compose name other services', async () => {
    const cwd = folder();
    const env = {
      PATH: programs({ docker: docker('env | grep ^COMPOSE_ >>"$ASKED"') }),
      ASKED: join(cwd, 'asked'),
      COMPOSE_FILE: '/srv/shop/compose.yaml',
      COMPOSE_PROJECT_NAME: 'shop',
      COMPOSE_PROFILES: 'demo',
      COMPOSE_ENV_FILES: '/srv/shop/.env',
      COMPOSE_PARALLEL_LIMIT: '2',
    };
    await runWith('down', { cwd, env });
    expect(readFileSync(env.ASKED, 'utf8').match(/^COMPOSE_.*/gm)).toEqual(['COMPOSE_PARALLEL_LIMIT=2']);
  });
});

describe('up --native', () => {
  it('says that nothing is installed', async () => {
    const ran = await runWith('up --native', { cwd: folder(), env: { PATH: folder() } });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toContain('none of the servers is installed');
  });

  it('names every port that is taken, and the variable that changes it', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const port = String((server.address() as AddressInfo).port);
    const cwd = folder();
    const env = { PATH: programs({ prometheus: ':', loki: ':' }), PROMETHEUS_PORT: port, LOKI_PORT: port };
    const ran = await runWith('up --native', { cwd, env });
    server.close();
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/set PROMETHEUS_PORT .*set LOKI_PORT /s);
    expect(ran.stderr).toMatch(/is taken by (?:\S+, process \d+|something else) \(/);
    expect(existsSync(join(cwd, '.sightline'))).toBe(false);
  });
});

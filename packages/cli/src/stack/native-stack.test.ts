import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeIo, type Ran, runWith } from '../fake-io.fixture.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folders: string[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sightline-native-'));
  folders.push(made);
  return made;
}

/** Ends when it is asked to; tells what it was started with. */
const SERVES = 'trap "exit 0" TERM; echo "$0 got $* in $PWD"; while :; do sleep 0.02; done';
const OLD_PROMETHEUS = `
case "$1" in
  --version) echo 'prometheus, version 2.53.1 (branch: x)' ;;
  --help) echo '--config.file --storage.tsdb.path --web.enable-lifecycle --enable-feature' ;;
  *) ${SERVES} ;;
esac`;

function programs(scripts: Readonly<Record<string, string>>): string {
  const bin = folder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** Ports that nobody listens on and nobody may take. */
const ports = Object.fromEntries(
  [
    'PROMETHEUS',
    'ALERTMANAGER',
    'LOKI',
    'TEMPO',
    'GRAFANA',
    'OTLP_HTTP',
    'OTLP_GRPC',
    'LOKI_GRPC',
    'TEMPO_GRPC',
  ].map((name, index) => [`${name}_PORT`, String(index + 1)]),
);

const ready = (): Promise<Response> => Promise.resolve(new Response('ready'));

/** Runs until the user has seen that it says where to look. */
async function up(bin: string, more: FakeIo & { readonly line?: string } = {}): Promise<Ran> {
  const abort = new AbortController();
  return runWith(`up --native ${more.line ?? ''}`, {
    fetch: ready,
    signal: abort.signal,
    ...more,
    env: { PATH: `${bin}:/usr/bin:/bin`, ...ports, ...more.env },
    onNote: (text) => void (text.includes('stop: Ctrl-C') && abort.abort()),
  });
}

describe('up --native', () => {
  it('lays out what the servers need, starts them, says where to look, and ends them all', async () => {
    const cwd = folder();
    const home = folder();
    mkdirSync(join(home, 'conf'));
    writeFileSync(join(home, 'conf/defaults.ini'), '');
    const bin = programs({
      prometheus: OLD_PROMETHEUS,
      'prometheus-alertmanager': SERVES,
      loki: SERVES,
      tempo: SERVES,
      grafana: SERVES,
    });
    const ran = await up(bin, { cwd, env: { SIGHTLINE_GRAFANA_HOME: home } });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('Everything runs and answers.');
    expect(ran.stdout).toContain('5 servers ended');
    const at = (path: string): string => readFileSync(join(cwd, '.sightline', path), 'utf8');
    // What an older Prometheus does not know is left out, and what stood for it is put in.
    expect(at('etc/prometheus/prometheus.yml')).not.toContain('scrape_native_histograms');
    expect(ran.stderr).toMatch(/prometheus +\S+ got .*--enable-feature=native-histograms/);
    expect(ran.stderr).not.toMatch(/prometheus +\S+ got .*--storage\.tsdb\.retention/);
    expect(at('etc/prometheus/targets/alertmanagers.yml')).toContain('127.0.0.1:2');
    expect(at('etc/grafana/grafana.ini')).not.toMatch(/[= ]\/etc\/grafana/);
    expect(at('secrets/grafana_admin_password')).toMatch(/^\w{64}$/);
    expect(at('.gitignore')).toContain('secrets/');
  });

  it('names what is missing with what does not work without it, and runs the rest', async () => {
    const cwd = folder();
    // A newest one of its own build, that tells no version.
    const bin = programs({ prometheus: OLD_PROMETHEUS.replace('version 2.53.1', ''), grafana: SERVES });
    const env = { SIGHTLINE_LOKI_BINARY: '/nowhere/loki' };
    const ran = await up(bin, { cwd, env, line: '--quiet --json' });
    expect(ran.exitCode).toBe(0);
    expect(ran.json().result).toMatchObject({
      ready: ['prometheus'],
      missing: {
        alertmanager: expect.stringContaining(
          'alertmanager or prometheus-alertmanager is not on the PATH',
        ) as string,
        loki: 'SIGHTLINE_LOKI_BINARY names no program',
        grafana: expect.stringContaining('SIGHTLINE_GRAFANA_HOME') as string,
      },
    });
    expect(ran.stderr).toContain('missing Loki: SIGHTLINE_LOKI_BINARY names no program. Without it: no logs');
    expect(ran.stderr).not.toContain(' got ');
    const kept = readFileSync(join(cwd, '.sightline/etc/prometheus/prometheus.yml'), 'utf8');
    expect(kept).toContain('scrape_native_histograms');
  });

  it('keeps the targets that somebody has written', async () => {
    const cwd = folder();
    const targets = join(cwd, '.sightline/etc/prometheus/targets');
    mkdirSync(targets, { recursive: true });
    writeFileSync(join(targets, 'services.yml'), '- targets: [mine]\n');
    await up(programs({ loki: SERVES }), { cwd });
    expect(readFileSync(join(targets, 'services.yml'), 'utf8')).toBe('- targets: [mine]\n');
  });

  it('keeps no rules and no provisioning that the stack no longer has', async () => {
    const cwd = folder();
    const home = folder();
    mkdirSync(join(home, 'conf'));
    writeFileSync(join(home, 'conf/defaults.ini'), '');
    const kept = ['prometheus/rules', 'loki/rules/fake', 'grafana/provisioning/datasources'].map((path) =>
      join(cwd, '.sightline/etc', path),
    );
    for (const each of kept) {
      mkdirSync(each, { recursive: true });
      writeFileSync(join(each, 'renamed.yml'), '');
    }
    const bin = programs({ loki: SERVES, grafana: SERVES });
    expect((await up(bin, { cwd, env: { SIGHTLINE_GRAFANA_HOME: home } })).exitCode).toBe(0);
    for (const each of kept) {
      expect(readdirSync(each)).not.toContain('renamed.yml');
      expect(readdirSync(each)).not.toEqual([]);
    }
  });

  it('says that a folder cannot be written, and that the stack could not be set up', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'file'), '');
    const bin = programs({ loki: SERVES });
    const ran = await up(bin, { cwd, line: '--folder file/below' });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('cannot be written');
    // A folder stands where the script wants to write a secret.
    mkdirSync(join(cwd, '.sightline/secrets/grafana_admin_password.new'), { recursive: true });
    const setup = await up(bin, { cwd });
    expect(setup.exitCode).toBe(2);
    expect(setup.stderr).toContain('could not be set up');
  });

  it('takes the stack that is named, and says that a folder holds none', async () => {
    const cwd = folder();
    const ran = await up(programs({ loki: SERVES }), { cwd, line: `--stack ${cwd}` });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('holds no stack');
    const named = await up(programs({ loki: SERVES }), {
      cwd,
      line: `--stack ${join(import.meta.dirname, '../../../..')}`,
    });
    expect(named.exitCode).toBe(0);
    expect(existsSync(join(cwd, '.sightline/stack'))).toBe(false);
  });
});

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alertFiles } from '@sightline/alerts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ran, runWith } from '../../fake-io.fixture.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-generate-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
const generate = (more = '', env = {}): Promise<Ran> =>
  runWith(`alerts generate --out out ${more}`, { cwd, env });

describe('alerts generate', () => {
  it('writes every file, and nothing the second time', async () => {
    expect((await generate()).stdout).toContain('out: 15 of 15 files written');
    const own = alertFiles().filter(({ path }) => path !== 'alertmanager.yml');
    for (const { path, content } of own) expect(read(`out/${path}`)).toBe(content);
    expect((await generate()).stdout).toBe('out: 0 of 15 files written\n');
  });

  it('writes over what it has written itself when the options change', async () => {
    await generate();
    writeFileSync(
      join(cwd, 'o.json'),
      JSON.stringify({ alerts: { thresholds: { errorRatio: 0.02 } }, slos: [] }),
    );
    const ran = await generate('--options o.json --grafana-url https://g.test');
    expect(ran.exitCode).toBe(0);
    expect(read('out/prometheus/availability.yml')).toMatch(/> 0\.02 [^]*https:\/\/g\.test\/d\//);
    expect(read('out/prometheus/slos.yml')).toContain('groups: []');
  });

  it('refuses to write over a change of somebody, with the difference, and writes nothing at all', async () => {
    await generate();
    const changed = read('out/prometheus/latency.yml').replace('for: 5m', 'for: 9m');
    writeFileSync(join(cwd, 'out/prometheus/latency.yml'), changed);
    const ran = await generate('--grafana-url https://g.test');
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(/^-.*for: 9m$/m);
    expect(ran.stderr).toContain('SIGHTLINE_CLI_CHANGED_FILES');
    expect(read('out/prometheus/latency.yml')).toBe(changed);
    expect(read('out/prometheus/runtime.yml')).not.toContain('g.test');
    expect((await generate('--force')).exitCode).toBe(0);
    expect(read('out/prometheus/latency.yml')).not.toContain('9m');
  });

  it('takes a file that was there before as one of somebody', async () => {
    await generate();
    rmSync(join(cwd, 'out/.sightline.json'));
    expect((await generate('--grafana-url https://g.test')).exitCode).toBe(1);
    writeFileSync(join(cwd, 'out/.sightline.json'), '{');
    expect((await generate('--grafana-url https://g.test')).exitCode).toBe(1);
  });

  it('writes nothing with --dry-run', async () => {
    const ran = await generate('--dry-run --json');
    expect(ran.json()).toMatchObject({ exitCode: 0, result: { written: false } });
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  it('reads receivers from the environment when asked to, and shows no secret in a difference', async () => {
    const env = { ALERT_SLACK_URL: 'https://hooks.test/T0/secret-path' };
    await generate('', env);
    expect(read('out/alertmanager.yml')).not.toContain('secret-path');
    const dry = await generate('--receivers-from-env --dry-run', env);
    expect(dry.stdout).toContain('api_url: (hidden)');
    expect(dry.stdout + dry.stderr).not.toContain('secret-path');
    await generate('--receivers-from-env', env);
    expect(read('out/alertmanager.yml')).toContain('secret-path');
  });

  it('names what is wrong in every part of the options at once', async () => {
    const options = { alerts: { grafanaUrl: 'x' }, alertmanager: { receiver: {} } };
    const ran = await runWith('alerts generate --out out --options - --receivers-from-env', {
      cwd,
      stdin: JSON.stringify(options),
      env: { ALERT_SLAK_URL: 'x' },
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/grafanaUrl[^]*ALERT_SLAK_URL/);
    const unknown = await runWith('alerts generate --out out --options -', { cwd, stdin: 'alert: {}' });
    expect(unknown.stderr).toContain('did you mean "alerts"?');
  });

  it('takes objectives, services and addresses, of which the line beats the file', async () => {
    const options = {
      alerts: { grafanaUrl: 'https://file.test', runbookBaseUrl: 'https://file.test' },
      slos: [{ service: 'mine', objective: 0.999, sli: { kind: 'availability' } }],
    };
    const line = '--grafana-url https://line.test --runbook-url https://runbooks.test --service only-this';
    const ran = await runWith(`alerts generate --out out --options - ${line}`, {
      cwd,
      stdin: JSON.stringify(options),
    });
    expect(ran.exitCode).toBe(0);
    const all = readdirSync(join(cwd, 'out/prometheus'))
      .map((file) => read(`out/prometheus/${file}`))
      .join('');
    expect(all).toContain('https://line.test/');
    expect(all).toContain('https://runbooks.test');
    expect(all).not.toContain('file.test');
    expect(all).toContain('only-this');
    expect(all).toContain('mine-availability');
  });

  it('needs a folder', async () => {
    expect((await runWith('alerts generate', { cwd })).exitCode).toBe(2);
  });
});

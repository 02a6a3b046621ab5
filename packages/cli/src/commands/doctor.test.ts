import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantTrace } from '../doctor/plant.ts';
import { createProbe } from '../doctor/probe.ts';
import { runWith } from '../fake-io.fixture.ts';
import type { Io } from '../io.ts';

const refused: Io['fetch'] = () =>
  Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }));

/** Answers nothing to be worried about to everything, and keeps what it was asked. */
function calm(): { asked: { url: string; init: RequestInit }[]; fetch: Io['fetch'] } {
  const asked: { url: string; init: RequestInit }[] = [];
  return {
    asked,
    fetch: (url, init) => {
      asked.push({ url, init });
      return Promise.resolve(
        url.endsWith('/metrics') ? new Response('# EOF\n') : Response.json({ database: 'ok' }),
      );
    },
  };
}

describe('doctor', () => {
  it('tells what is away once for all servers, with what to do, and ends with 1', async () => {
    const ran = await runWith('doctor --admin http://localhost:1 --wait 1s', { fetch: refused });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout.match(/^fault /gm)).toHaveLength(1);
    expect(ran.stdout).toContain(
      'seen: Prometheus at http://localhost:9090 takes no connection (ECONNREFUSED)',
    );
    expect(ran.stdout).toContain('start the stack (sightline up, or sightline dev');
    expect(Math.max(...ran.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(ran.stdout).toContain('\n7 faults\n');
  });

  it('has every finding as JSON', async () => {
    const ran = await runWith('doctor --admin http://localhost:1 --json --without tempo --without loki', {
      fetch: refused,
    });
    const { findings, healthy } = ran.json().result as { findings: object[]; healthy: boolean };
    expect(healthy).toBe(false);
    expect(findings[0]).toEqual({
      code: 'network-port-closed',
      part: 'app',
      severity: 'fault',
      seen: 'the admin server of the service at http://localhost:1 takes no connection (ECONNREFUSED)',
      fix: expect.stringContaining('start the service') as string,
    });
  });

  it('only asks with --read-only', async () => {
    const { asked, fetch } = calm();
    await runWith('doctor http://localhost:3000/x --admin http://localhost:1 --read-only', { fetch });
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter(({ init }) => (init.method ?? 'GET') !== 'GET')).toEqual([]);
    expect(asked.filter(({ url }) => url.includes('localhost:3000/x'))).toEqual([]);
  });

  it('sends credentials to whom they are for, and shows them nowhere', async () => {
    const { asked, fetch } = calm();
    const line =
      'doctor --admin http://localhost:1 --prometheus http://me:s3cret@prom.test/x --wait 1s --without loki --without tempo';
    const env = { SIGHTLINE_ADMIN_TOKEN: 'admin-s3cret', GRAFANA_TOKEN: 'glsa-s3cret' };
    const ran = await runWith(line, { fetch, env });
    const authorizationFor = (host: string): Set<string | null> =>
      new Set(
        asked
          .filter(({ url }) => new URL(url).host === host)
          .map(({ init }) => new Headers(init.headers).get('authorization')),
      );
    expect(authorizationFor('localhost:1')).toEqual(new Set(['Bearer admin-s3cret']));
    expect(authorizationFor('prom.test')).toEqual(new Set([`Basic ${btoa('me:s3cret')}`]));
    expect(authorizationFor('localhost:3000')).toEqual(new Set(['Bearer glsa-s3cret']));
    expect(authorizationFor('localhost:9093')).toEqual(new Set([null]));
    expect(ran.stdout + ran.stderr).not.toContain('s3cret');
  });

  it('takes its tokens from files where no variable is one, and the variable before its own file', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'sightline-doctor-'));
    writeFileSync(join(cwd, 'admin'), 'admin-file\n');
    writeFileSync(join(cwd, 'grafana'), 'grafana-file\n');
    const line = 'doctor --admin http://localhost:1 --admin-token-file admin --read-only';
    const authorizations = async (more: string, env: Readonly<Record<string, string>>): Promise<unknown> => {
      const { asked, fetch } = calm();
      await runWith(`${line} ${more}`, { cwd, fetch, env });
      return Object.fromEntries(
        ['localhost:1', 'localhost:3000'].map((host) => [
          host,
          new Headers(asked.find(({ url }) => new URL(url).host === host)?.init.headers).get('authorization'),
        ]),
      );
    };
    expect(await authorizations('--grafana-token-file grafana', {})).toEqual({
      'localhost:1': 'Bearer admin-file',
      'localhost:3000': 'Bearer grafana-file',
    });
    const env = { GRAFANA_TOKEN: 'of-env', GRAFANA_TOKEN_FILE: 'grafana' };
    expect(await authorizations('', env)).toMatchObject({ 'localhost:3000': 'Bearer of-env' });
    expect(await authorizations('--grafana-token-file admin', env)).toMatchObject({
      'localhost:3000': 'Bearer admin-file',
    });
    rmSync(cwd, { recursive: true });
  });

  it.each([
    ['doctor localhost:3000', 'an http or https URL'],
    ['doctor http://me:s3cret@localhost:3000', 'without a name and a password'],
    ['doctor --otlp http://me:s3cret@localhost:4318/v1/traces', 'without a name and a password'],
    ['doctor --tenant two\u00A0words', 'a name of letters, digits'],
    ['doctor --without mimir', 'one of app, prometheus, alertmanager, loki, tempo, grafana'],
    ['doctor --wait soon', 'a duration such as'],
  ])('names what is wrong with: %s', async (line, expected) => {
    const ran = await runWith(line);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).not.toContain('s3cret');
  });

  it('names the tenant to every server but Grafana, and with the trace that it sends', async () => {
    const { asked, fetch } = calm();
    await runWith('doctor --admin http://localhost:1 --tenant platform --read-only', { fetch });
    const probe = createProbe({ fetch, now: Date.now, signal: new AbortController().signal }, 1000);
    const ids = { atMs: 0, ownTraceId: 'a'.repeat(32) };
    await plantTrace(probe, 'http://localhost:2/v1/traces', ids, { 'x-scope-orgid': 'platform' });
    const tenantFor = (port: string): Set<string | null> =>
      new Set(
        asked
          .filter(({ url }) => new URL(url).port === port)
          .map(({ init }) => new Headers(init.headers).get('x-scope-orgid')),
      );
    for (const port of ['9090', '9093', '3100', '3200', '2'])
      expect(tenantFor(port)).toEqual(new Set(['platform']));
    for (const port of ['1', '3000']) expect(tenantFor(port)).toEqual(new Set([null]));
  });

  it('ends with 130 when the user has seen enough', async () => {
    const abort = new AbortController();
    const fetch: Io['fetch'] = () => {
      abort.abort();
      return Promise.reject(abort.signal.reason as Error);
    };
    const ran = await runWith('doctor --admin http://localhost:1', { fetch, signal: abort.signal });
    expect(ran).toMatchObject({ exitCode: 130, stdout: '' });
  });
});

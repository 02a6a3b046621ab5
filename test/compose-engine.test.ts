import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { ports } from '@sightline/conventions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, type EnginePrograms, engineMissing, openEngine } from './compose/engine.ts';
import { stackProgram } from './compose/stack-program.ts';
import { type Found, debianProgram } from './servers/debian.ts';

const run = promisify(execFile);
/** A minute and more, and an engine: only when it is asked for. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const STEP_MS = 240_000;
const CONTROL_PORT = 18_999;
const servers = ['prometheus', 'alertmanager', 'loki', 'tempo', 'grafana', 'agent'] as const;

async function findPrograms(): Promise<Readonly<Record<keyof EnginePrograms, Found>>> {
  return {
    prometheus: await stackProgram('prometheus'),
    alertmanager: await stackProgram('alertmanager'),
    loki: await stackProgram('loki'),
    tempo: await stackProgram('tempo'),
    promtool: await stackProgram('promtool'),
    amtool: await stackProgram('amtool'),
    busybox: await debianProgram({ program: 'busybox', package: 'busybox-static', release: 'sid' }),
    compose: await debianProgram({ program: 'docker-compose', package: 'docker-compose', release: 'sid' }),
  };
}

const found = isLong ? await findPrograms() : undefined;
const missing = [
  ...(isLong ? [] : ['it is not the long form']),
  ...Object.values(found ?? {}).flatMap((each) => ('missing' in each ? [each.missing] : [])),
  ...[engineMissing()].filter((reason) => reason !== undefined),
];
process.stdout.write(
  missing.length > 0
    ? `compose.yaml does not run in an engine here: ${missing.join('; ')}\n`
    : 'compose.yaml runs in an engine, with images built here: Grafana and the Collector are stand-ins.\n',
);

describe.skipIf(missing.length > 0)('docker compose up monitoring', () => {
  let engine: Engine;
  let said: string;

  beforeAll(async () => {
    const programs = Object.fromEntries(
      Object.entries(found ?? {}).map(([name, each]) => [name, 'path' in each ? each.path : '']),
    ) as unknown as EnginePrograms;
    engine = await openEngine(mkdtempSync(join(tmpdir(), 'sightline-engine-')), programs);
    said = await engine.compose('up', 'monitoring');
  }, STEP_MS);
  afterAll(() => engine?.close(), STEP_MS);

  /** Asks a published port, from where it is published. */
  async function ask(url: string, body?: object): Promise<string> {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init ?? {})}).then((r) => r.text()).then((t) => process.stdout.write(t))`;
    return engine.inside(process.execPath, '-e', script);
  }

  async function lines(): Promise<readonly string[]> {
    const answer = await ask(
      `http://127.0.0.1:${ports.loki.port}/loki/api/v1/query_range?query=${encodeURIComponent('{service_name="engine"}')}`,
    );
    const { data } = JSON.parse(answer) as { data: { result: { values: [string, string][] }[] } };
    return data.result.flatMap(({ values }) => values.map(([, line]) => line));
  }

  async function push(line: string): Promise<void> {
    await ask(`http://127.0.0.1:${ports.loki.port}/loki/api/v1/push`, {
      streams: [{ stream: { service_name: 'engine' }, values: [[`${Date.now()}000000`, line]] }],
    });
  }

  /** Until Loki answers about its lines again. */
  async function settledLines(): Promise<readonly string[]> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const now = await lines().catch(() => []);
      if (now.length > 0) return now;
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(500);
    }
  }

  /** Labels of what a query gives, once there are as many. */
  async function settledSeries(promql: string, least: number): Promise<readonly object[]> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const answer = await ask(
        `http://127.0.0.1:${ports.prometheus.port}/api/v1/query?query=${encodeURIComponent(promql)}`,
      );
      const { data } = JSON.parse(answer) as { data: { result: { metric: Record<string, string> }[] } };
      const series = data.result.map(({ metric }) => metric);
      if (series.length >= least)
        return series.toSorted((one, other) => ((one['job'] ?? '') < (other['job'] ?? '') ? -1 : 1));
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(1000);
    }
  }

  it('says where to look, and leaves every server running and well', async () => {
    expect(said).toContain('Everything runs and answers.');
    expect(said).toContain(`http://localhost:${ports.grafana.port}`);
    const states = await engine.docker('ps', '--format', '{{.Names}} {{.Status}}');
    for (const server of servers) {
      const state = states.split('\n').find((line) => line.startsWith(`sightline-${server}-1 Up`));
      expect(state).toMatch(server === 'agent' ? /Up/ : /\(healthy\)/);
    }
  });

  it('has every rule of Prometheus and of the ruler of Loki', async () => {
    expect(await ask(`http://127.0.0.1:${ports.prometheus.port}/api/v1/rules`)).toContain('Watchdog');
    expect(await ask(`http://127.0.0.1:${ports.loki.port}/prometheus/api/v1/rules`)).toContain(
      'ErrorLogSpike',
    );
  });

  it('runs no process with a capability or a way to rights, and none but the agent as root', async () => {
    for (const server of servers) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const pid = await engine.docker('inspect', '--format', '{{.State.Pid}}', `sightline-${server}-1`);
      const status = readFileSync(`/proc/${pid.trim()}/status`, 'utf8');
      expect(/^CapEff:\s+(\w+)$/m.exec(status)?.[1]).toBe('0000000000000000');
      expect(/^NoNewPrivs:\s+(\d)$/m.exec(status)?.[1]).toBe('1');
      expect([server, /^Uid:\s+0\s/m.test(status)]).toEqual([server, server === 'agent']);
    }
    await expect(engine.docker('exec', 'sightline-prometheus-1', 'touch', '/written')).rejects.toThrow(
      'Read-only',
    );
  });

  it('has no secret in what the engine shows of its containers', async () => {
    const ids = (await engine.docker('ps', '--all', '--quiet')).trim().split('\n');
    const shown = await engine.docker('inspect', ...ids);
    const secrets = readdirSync(join(engine.folder, 'secrets')).map((name) =>
      readFileSync(join(engine.folder, 'secrets', name), 'utf8'),
    );
    const filled = secrets.filter((secret) => secret !== '');
    expect(filled).toHaveLength(3);
    expect(filled.filter((secret) => shown.includes(secret))).toEqual([]);
  });

  it(
    'is open to nobody in another network namespace',
    async () => {
      const other = `${engine.namespace}-x`;
      const inOther = async (...args: readonly string[]): Promise<unknown> =>
        run('ip', ['netns', 'exec', other, ...args]);
      await run('ip', ['netns', 'add', other]);
      try {
        await run('ip', [
          'link',
          'add',
          'sl0',
          'netns',
          engine.namespace,
          'type',
          'veth',
          'peer',
          'name',
          'sl1',
          'netns',
          other,
        ]);
        await engine.inside('ip', 'addr', 'add', '10.99.0.1/24', 'dev', 'sl0');
        await engine.inside('ip', 'link', 'set', 'sl0', 'up');
        await inOther('ip', 'addr', 'add', '10.99.0.2/24', 'dev', 'sl1');
        await inOther('ip', 'link', 'set', 'sl1', 'up');
        await inOther('ping', '-c', '1', '-W', '5', '10.99.0.1').catch(() => {});
        // What is open is found to be open.
        const control = spawn('ip', [
          ...['netns', 'exec', engine.namespace, process.execPath, '-e'],
          `require('node:net').createServer().listen(${CONTROL_PORT}, () => console.log('listening'))`,
        ]);
        await once(control.stdout, 'data');
        const script = `
        const { connect } = require('node:net');
        const tries = ${JSON.stringify([CONTROL_PORT, ...Object.values(ports).map(({ port }) => port)])}.map((port) => new Promise((done) => {
          const socket = connect({ port, host: '10.99.0.1', timeout: 1500 });
          socket.once('connect', () => done(port)).once('error', () => done()).once('timeout', () => done());
        }));
        Promise.all(tries).then((open) => { console.log(JSON.stringify(open.filter(Boolean))); process.exit(); });`;
        const { stdout } = await run('ip', ['netns', 'exec', other, process.execPath, '-e', script]);
        control.kill();
        expect(JSON.parse(stdout)).toEqual([CONTROL_PORT]);
      } finally {
        await run('ip', ['netns', 'del', other]);
      }
    },
    STEP_MS,
  );

  it(
    'keeps its data over an update, and puts a backup back',
    async () => {
      await push('before');
      expect(await settledLines()).toEqual(['before']);
      await engine.compose('up', '--detach', '--force-recreate', 'loki');
      expect(await settledLines()).toEqual(['before']);
      // Its scripts call docker by its name.
      const env = {
        PATH: process.env['PATH'],
        DOCKER_HOST: `unix://${join(engine.folder, '../../docker.sock')}`,
        DOCKER_CONFIG: join(engine.folder, '../../config'),
      };
      await run(join(engine.folder, 'backup/backup.sh'), ['loki'], { env });
      const [archive = ''] = readdirSync(join(engine.folder, 'backups'));
      await settledLines();
      await push('after');
      expect(new Set(await settledLines())).toEqual(new Set(['before', 'after']));
      await run(join(engine.folder, 'backup/restore.sh'), [archive.replace(/-loki\.tar\.gz$/, ''), 'loki'], {
        env,
      });
      expect(await settledLines()).toEqual(['before']);
    },
    STEP_MS,
  );

  it(
    'takes an address of whoever is told, without a word of it in the configuration',
    async () => {
      writeFileSync(join(engine.folder, 'secrets/alert_webhook_url'), 'http://told.test/secret-path');
      await engine.compose('run', '--rm', 'setup');
      await engine.compose('restart', 'alertmanager');
      await engine.compose('up', '--detach', '--wait', 'alertmanager');
      const config = await ask(`http://127.0.0.1:${ports.alertmanager.port}/api/v2/status`);
      expect(config).toContain('alert_webhook_url');
      expect(config).not.toContain('secret-path');
    },
    STEP_MS,
  );

  it(
    'runs the shop: its token from a file, each after the one that it calls, scraped by name, traced',
    async () => {
      const files = ['--file', 'compose.yaml', '--file', 'shop.override.yaml', '--profile', 'demo'];
      await engine.compose(...files, 'up', '--detach', '--wait', '--no-build', 'visitors');
      const token = readFileSync(join(engine.folder, 'secrets/shop_token'), 'utf8');
      expect(await engine.docker('inspect', 'sightline-storefront-1', 'sightline-orders-1')).not.toContain(
        token,
      );
      const up = 'count by (job, deployment_environment_name) (up{job=~"storefront|orders|payments"} == 1)';
      const edges = 'traces_service_graph_request_total{client="storefront", server="orders"} > 0';
      expect(await settledSeries(up, 3)).toEqual(
        ['orders', 'payments', 'storefront'].map((job) => ({ deployment_environment_name: 'demo', job })),
      );
      expect(await settledSeries(edges, 1)).toMatchObject([{ client: 'storefront', server: 'orders' }]);
    },
    STEP_MS,
  );
});

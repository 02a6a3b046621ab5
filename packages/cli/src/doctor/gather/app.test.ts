import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { answer, failed, healthyFacts, statusJson } from '../healthy-facts.fixture.ts';
import type { Probe } from '../probe.ts';
import { appFacts, countedRequests, reportedFindings } from './app.ts';
import { otlpPlaceOf } from './otlp-url.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const refused: Probe = () => Promise.resolve(failed('refused', 'ECONNREFUSED'));
const options = {
  adminUrl: undefined,
  serviceUrl: undefined,
  isAsked: true,
  headers: {},
  folder: '/nowhere',
};

/** Listens on so many ports of this process. */
async function listening(count: number): Promise<{ ports: readonly number[]; close(): void }> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    close() {
      for (const server of servers) server.close();
    },
  };
}

describe('appFacts', () => {
  it('asks the usual port of this machine where nothing is known, and knows nothing of what is not there', async () => {
    expect(await appFacts(refused, options)).toMatchObject({
      url: 'http://localhost:9464',
      status: { kind: 'failed' },
      page: [],
      name: undefined,
      startSeconds: undefined,
      project: undefined,
    });
    expect(await appFacts(refused, { ...options, isAsked: false, serviceUrl: 'http://x' })).toMatchObject({
      serviceUrl: 'http://x',
      status: { kind: 'not-asked' },
    });
  });

  it.each([
    [
      '{"scripts":{"start":"node ."},"devDependencies":{"@sightline/bootstrap":"1"}}',
      'LOG_LEVEL=warn\nMINE=1',
      true,
    ],
    ['{}', undefined, false],
    ['no JSON', undefined, false],
  ])('reads the package of the folder: %s', async (manifest, dotenv, dependsOnBootstrap) => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-app-'));
    writeFileSync(join(folder, 'package.json'), manifest);
    if (dotenv !== undefined) writeFileSync(join(folder, '.env'), dotenv);
    const { project } = await appFacts(refused, { ...options, folder });
    rmSync(folder, { recursive: true });
    expect(project).toEqual({
      startScript: dependsOnBootstrap ? 'node .' : undefined,
      dependsOnBootstrap,
      env: dotenv === undefined ? {} : { LOG_LEVEL: 'warn' },
    });
  });

  it('finds the service by the process that has the admin server, where it listens on one port more', async ({
    skip,
  }) => {
    if (!existsSync('/proc/net/tcp')) skip('there is no /proc here');
    const { ports, close } = await listening(2);
    const [admin = 0, service = 0] = ports;
    const told: Probe = ({ url }) =>
      Promise.resolve(
        url.endsWith('/status')
          ? answer({ ...statusJson(), process: { pid: process.pid } })
          : answer('up 1\n'),
      );
    const found = await appFacts(told, { ...options, adminUrl: `http://127.0.0.1:${admin}` });
    expect(found.process?.ports).toEqual(expect.arrayContaining([admin, service]));
    // Where more listens than one, such as the debugger of this process, it is not guessed.
    const guessed = found.process?.ports.length === 2;
    expect(found.serviceUrl).toBe(guessed ? `http://localhost:${service}/sightline-doctor` : undefined);
    // A number of a process in a container is another one here.
    const inContainer: Probe = ({ url }) =>
      Promise.resolve(url.endsWith('/status') ? answer({ process: { pid: 1 } }) : answer(''));
    const other = await appFacts(inContainer, { ...options, adminUrl: `http://127.0.0.1:${admin}` });
    expect(other).toMatchObject({ process: undefined, serviceUrl: undefined });
    const behind = await appFacts(refused, { ...options, serviceUrl: `http://127.0.0.1:${service}/x` });
    close();
    expect(behind).toMatchObject({
      process: { pid: process.pid },
      serviceUrl: `http://127.0.0.1:${service}/x`,
    });
  });

  it.each(['http://localhost', 'https://[::1]/x', 'http://elsewhere.test:3000'])(
    'asks the admin server on its usual port for a service at %s',
    async (serviceUrl) => {
      const { url } = await appFacts(refused, { ...options, serviceUrl });
      expect(url).toBe('http://localhost:9464');
    },
  );
});

describe('reportedFindings', () => {
  it('has those of a code that are worth knowing, also where they say little', () => {
    const json = statusJson();
    json.telemetry.report.findings.push(
      { code: 'A', severity: 'info' },
      { code: 'A', severity: 'warn' },
      { code: 'B', severity: 'warn', problem: 'p', fix: 'f' },
    );
    expect(reportedFindings({ statusAfter: answer(json) }, 'A')).toEqual([
      { problem: 'A', fix: 'see its log' },
    ]);
    expect(reportedFindings({ statusAfter: answer(json) }, 'B')).toEqual([{ problem: 'p', fix: 'f' }]);
    expect(countedRequests([])).toBe(0);
  });
});

describe('otlpPlaceOf', () => {
  const { app } = healthyFacts();
  const unknown = { status: failed('refused', 'x'), process: undefined };
  const process = (env: Readonly<Record<string, string>>) => ({
    ...unknown,
    process: { pid: 1, command: ['node'], env, ports: [] },
  });
  it.each([
    ['the service says', app, {}, 'http://localhost:4318/v1/traces'],
    [
      'the whole variable says',
      process({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://me:s3cret@a/t' }),
      {},
      'http://a/t',
    ],
    [
      'the variable of its process says',
      process({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://key@a/' }),
      {},
      'http://a/v1/traces',
    ],
    ['the variable here says', unknown, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://b' }, 'http://b/v1/traces'],
    ['a process sends that nobody has told anything', process({}), {}, 'http://localhost:4318/v1/traces'],
    ['the stack has its port', unknown, { OTLP_HTTP_PORT: '14318' }, 'http://localhost:14318/v1/traces'],
    [
      'nobody says anything that is a URL',
      unknown,
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'x' },
      'http://localhost:4318/v1/traces',
    ],
  ])('is where %s', (name, of, env, url) => {
    expect(otlpPlaceOf(of, env)).toEqual({ url, isGuess: name.startsWith('nobody') });
  });
});

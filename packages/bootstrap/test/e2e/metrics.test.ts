import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { placeService } from './place.ts';
import type { PlacedService } from './place.ts';
import { samplesOf } from './series.ts';
import { isRequest, isStart, register, startService } from './service.ts';
import type { Service } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0).toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- the last first
    await each();
  }
});

async function start(app: string, env: NodeJS.ProcessEnv = {}): Promise<Service> {
  const service = await startService({ app, env });
  cleanUp.push(() => service.end('SIGTERM'));
  return service;
}

async function placed(...clients: readonly string[]): Promise<PlacedService> {
  const service = await placeService('services', Object.fromEntries(clients.map((name) => [name, name])));
  cleanUp.push(service.remove);
  return service;
}

const COUNT = 'http_server_request_duration_seconds_count';
const total = (page: string, name: string): number =>
  samplesOf(page, name).reduce((sum, { value }) => sum + value, 0);

/** Every family is told once, and before its samples; a page that repeats one is refused by Prometheus. */
function repeatedFamilies(page: string): string[] {
  const names = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '');
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** The same for samples. */
function repeatedSeries(page: string): string[] {
  const series = page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \S+(?: #.*)?$/, ''));
  return series.filter((each, index) => series.indexOf(each) !== index);
}

describe("the service's own Prometheus clients", () => {
  it.each([
    { clients: ['prom-client'], problems: 0 },
    { clients: ['@prometheus-io/client'], problems: 0 },
    { clients: ['prom-client', '@prometheus-io/client'], problems: 1 },
  ])('$clients are on the page, default metrics too, and it stays valid', async ({ clients, problems }) => {
    const app = (await placed(...clients)).path('clients.mjs');
    const service = await start(app, { CLIENTS: clients.join(), DEFAULTS: 'true' });
    await service.request('/');
    const { msg } = await service.line(isStart);
    const told = String(msg).includes('Prometheus clients');
    expect({ told }).toEqual({ told: problems > 0 });
    const accepts = ['text/plain', 'application/openmetrics-text;version=1.0.0'];
    for (const accept of accepts) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      const { text } = await service.admin('/metrics', { headers: { accept } });
      for (const name of clients) {
        const own = samplesOf(text, `own_${name.replaceAll(/\W/g, '_')}_total`);
        expect(own).toEqual([{ labels: { kind: 'a' }, value: 3 }]);
      }
      expect(total(text, COUNT)).toBe(1);
      expect(samplesOf(text, 'nodejs_version_info').length).toBeGreaterThan(0);
      expect({ families: repeatedFamilies(text), series: repeatedSeries(text) }).toEqual({
        families: [],
        series: [],
      });
    }
  });
});

describe('a process that is many', () => {
  it('shows the sum of the workers of a cluster on one page', async () => {
    const service = await start('clustered.mjs');
    const workers = new Set<string>();
    for (let each = 0; each < 10; each += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      workers.add((await service.request('/')).text);
    }
    expect(workers.size).toBe(2);
    const { text } = await service.admin('/metrics');
    expect(total(text, COUNT)).toBe(10);
    expect({ families: repeatedFamilies(text), series: repeatedSeries(text) }).toEqual({
      families: [],
      series: [],
    });
  });

  it('gives each worker of pm2 a page of its own, and its lines the way that pm2 has made for them', async () => {
    const service = await startService({
      app: 'clustered-pm2.mjs',
      flags: [],
      env: { REGISTER: register, OTEL_SERVICE_NAME: undefined },
    });
    cleanUp.push(() => service.end('SIGTERM'));
    await service.request('/');
    expect(await service.line(isRequest)).toMatchObject({ via: 'pm2', service: 'of pm2' });
    expect(total((await service.admin('/metrics')).text, COUNT)).toBe(1);
  });

  it('says that a worker is on no page where the first process does not run Sightline', async () => {
    const service = await startService({ app: 'clustered-alone.mjs', flags: [] });
    cleanUp.push(() => service.end('SIGTERM'));
    await service.request('/');
    const { msg, level } = await service.line(isStart);
    expect(level).toBe('warn');
    expect(msg).toMatch(/metrics on no page.*call start\(\) in it before it forks/);
  });

  it('shows the sum of its threads on one page', async () => {
    const service = await start('threaded.mjs');
    const { threadPort } = (await service.ask({})) as { readonly threadPort: number };
    await service.request('/');
    await (await fetch(`http://127.0.0.1:${threadPort}/`)).text();
    await (await fetch(`http://127.0.0.1:${threadPort}/`)).text();
    const { text } = await service.admin('/metrics');
    expect(total(text, COUNT)).toBe(3);
    expect({ families: repeatedFamilies(text), series: repeatedSeries(text) }).toEqual({
      families: [],
      series: [],
    });
  });
});

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from './servers/ports.ts';

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    // oxlint-disable-next-line no-await-in-loop -- one child in each test
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

interface Started {
  readonly url: string;
  readonly adminUrl: string;
  readonly output: () => string;
}

/** Starts a quickstart as its `start` script does, and reads from its output where it listens. */
async function start(folder: string, file: string): Promise<Started> {
  const adminPort = await freePort();
  const child = spawn(process.execPath, ['--import', '@sightline/bootstrap/register', file], {
    cwd: fileURLToPath(new URL(`../examples/${folder}`, import.meta.url)),
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      OTEL_SERVICE_NAME: folder,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort),
    },
  });
  children.push(child);
  let output = '';
  const port = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      // Where the service itself listens, not where its admin server does.
      for (const [, found] of output.matchAll(/http:\/\/(?:localhost|127\.0\.0\.1|\[::1?\]):(\d+)/g)) {
        if (found !== undefined && Number(found) !== adminPort) resolve(found);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${folder} ended with ${code}: ${output}`)));
  });
  return {
    url: `http://localhost:${port}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    output: () => output,
  };
}

async function metricsOf({ adminUrl }: Started): Promise<string> {
  const response = await fetch(`${adminUrl}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

describe('quickstart-cjs', () => {
  it('answers, and has metrics and log lines of its requests without a word about telemetry', async () => {
    const started = await start('quickstart-cjs', 'server.js');
    const hello = await fetch(`${started.url}/greetings/pl`);
    expect(await hello.json()).toEqual({ greeting: 'Dzień dobry' });
    expect((await fetch(`${started.url}/greetings/xx`)).status).toBe(404);
    expect((await fetch(`${started.url}/broken`)).status).toBe(500);
    const page = await metricsOf(started);
    const counted = [...page.matchAll(/^http_server_request_duration_seconds_count\{(.*)\} (\d+)$/gm)];
    const byStatus = counted.map(([, labels = '', count]) => {
      const [, route] = /http_route="(.*?)"/.exec(labels) ?? [];
      const [, status] = /http_response_status_code="(.*?)"/.exec(labels) ?? [];
      return `${route} ${status}: ${count}`;
    });
    expect(new Set(byStatus)).toEqual(
      new Set(['/broken 500: 1', '/greetings/:language 200: 1', '/greetings/:language 404: 1']),
    );
    expect(started.output()).toMatch(/"trace_id":"[0-9a-f]{32}".*GET \/greetings\/:language 200/);
    expect(started.output()).toContain('this handler is broken');
  }, 60_000);
});

describe('quickstart-fastify', () => {
  it('answers, counts its dice and writes a line of its own in the trace', async () => {
    const started = await start('quickstart-fastify', 'server.ts');
    expect((await fetch(`${started.url}/dice/6`)).status).toBe(200);
    expect((await fetch(`${started.url}/dice/20`)).status).toBe(200);
    expect((await fetch(`${started.url}/dice/7`)).status).toBe(404);
    const page = await metricsOf(started);
    expect(page).toContain('dice_rolls_total{sides="6"} 1');
    expect(page).toContain('dice_rolls_total{sides="20"} 1');
    expect(page).toMatch(/http_server_request_duration_seconds_count\{.*http_route="\/dice\/:sides".*\} \d/);
    expect(started.output()).toMatch(/"trace_id":"[0-9a-f]{32}".*"msg":"dice rolled"/);
  }, 60_000);
});

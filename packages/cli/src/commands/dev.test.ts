import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, createServer as createHttpServer, get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeIo, type Ran, runWith } from '../fake-io.fixture.ts';
import { endedBy } from '../io.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const quietMemory = { wake: () => undefined };
vi.mock('../stack/quiet-memory.ts', () => ({
  saveMemoryWhenQuiet: ({ taken }: { taken: () => number }) => {
    if (taken() !== 0) throw new Error('nothing has come in yet');
    return () => quietMemory.wake();
  },
}));

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-dev-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const each of closing.splice(0)) each();
});

/** What is answered to a request with these headers; `fetch` would not send another `Host`. */
async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const asked = get(`${url}/api/v1/status/buildinfo`, { headers, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

/** Runs until what `use` does with the URL has come to its end; then the user has seen enough. */
async function running(
  line: string,
  pattern: RegExp,
  use: (url: string) => Promise<void> | void,
  more: FakeIo = {},
): Promise<Ran> {
  const abort = new AbortController();
  let used: Promise<void> | undefined;
  let said = '';
  const ran = await runWith(line, {
    cwd,
    signal: abort.signal,
    ...more,
    onNote(text) {
      said += text;
      const url = pattern.exec(said)?.[1];
      if (url !== undefined) used ??= Promise.resolve(use(url)).finally(() => abort.abort());
    },
  });
  await used;
  return ran;
}
const dev = (line: string, use: (url: string) => Promise<void> | void, more?: FakeIo): Promise<Ran> =>
  running(`dev --port 0 ${line}`, /stack runs at (\S+)\n/, use, more);

const file = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text);
  return name;
};

function spans(count: number): string {
  const one = (id: number) => ({
    traceId: 'a'.repeat(32),
    spanId: String(id).padStart(16, '0'),
    name: 'GET /',
    startTimeUnixNano: `${Date.now()}000000`,
    endTimeUnixNano: `${Date.now() + 1}000000`,
  });
  const all = Array.from({ length: count }, (_, index) => one(index + 1));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: all }] }] });
}

describe('dev', () => {
  it('takes what is sent to it until the user has seen enough, and is gone then', async () => {
    let at = '';
    const ran = await dev('--json', async (url) => {
      at = url;
      const headers = { 'content-type': 'application/json' };
      await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: spans(2) });
      await (await fetch(`${url}/api/search`)).text();
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.json().result).toMatchObject({ url: at, taken: { spans: 2, logLines: 0 } });
    expect(ran.stderr).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${at} `);
    await expect(fetch(at)).rejects.toThrow('fetch failed');
  });

  it('runs a program with where to send to, and ends with it', async () => {
    const program = file(
      'service.mjs',
      `process.exit(/^http:.*\\d$/.test(process.env.OTEL_EXPORTER_OTLP_ENDPOINT) && process.env.OTEL_LOGS_EXPORTER === 'otlp' && process.env.MINE ? 0 : 4);`,
    );
    const line = ['dev', '--port', '0', '--', process.execPath, program];
    expect(await runWith(line, { cwd, env: { MINE: 'yes' } })).toMatchObject({ exitCode: 0 });
    const ran = await runWith(line, { cwd });
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain(
      `${process.execPath} ended with exit code 4. It took 0 spans, 0 log lines and `,
    );
  });

  it('says which variables of the user lead its program elsewhere, and not to where', async () => {
    const rules = file('none.rules', 'groups: []');
    const line = ['dev', '--port', '0', '--rules', rules, '--', process.execPath, '-e', ''];
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://key@collector.test',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'console, otlp',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1/v1/logs',
    };
    const { stderr } = await runWith(line, { cwd, env });
    const told = [...stderr.matchAll(/^note (\w+) is set, so that .* does not send everything here$/gm)];
    expect(told.map(([, name]) => name)).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
      'OTEL_LOGS_EXPORTER',
    ]);
    expect(stderr).not.toContain('key@');
  });

  it('ends its program when the user has seen enough, even before it has started', async () => {
    const abort = new AbortController();
    abort.abort();
    const line = ['dev', '--port', '0', '--', process.execPath, '-e', 'setInterval(() => {}, 1000)'];
    expect(await runWith(line, { cwd, signal: abort.signal })).toMatchObject({ exitCode: 0 });
  });

  it('leaves a program alone that has the Ctrl-C of the terminal, and tells it of any other end', async () => {
    const script = 'setTimeout(() => process.exit(5), 50)';
    const rules = file('none.rules', 'groups: []');
    const line = ['dev', '--port', '0', '--rules', rules, '--', process.execPath, '-e', script];
    const ended = async (signal: NodeJS.Signals, terminal: boolean): Promise<string[]> => {
      const kill = vi.spyOn(ChildProcess.prototype, 'kill');
      const abort = new AbortController();
      const ran = runWith(line, { cwd, signal: abort.signal, terminal });
      abort.abort(endedBy(signal));
      expect((await ran).exitCode).toBe(0);
      const sent = kill.mock.calls.map(([each]) => String(each));
      kill.mockRestore();
      return sent;
    };
    expect(await ended('SIGINT', true)).toEqual([]);
    expect(await ended('SIGTERM', true)).toEqual(['SIGTERM']);
  });

  it.runIf(process.platform !== 'win32')(
    'ends what its program has started as well, as npm ends alone, and waits for what that still sends',
    async () => {
      const service = file(
        'started.mjs',
        `import { writeFileSync } from 'node:fs';
        process.once('SIGTERM', async () => {
          const headers = { 'content-type': 'application/json' };
          await fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/traces', { method: 'POST', headers, body: process.env.SPANS });
          process.exit();
        });
        writeFileSync(process.env.STARTED, String(process.pid));
        setInterval(() => {}, 1000);`,
      );
      const started = join(cwd, 'started');
      const abort = new AbortController();
      const script = `"${process.execPath}" ${service} & wait`;
      const ends = runWith(['dev', '--port', '0', '--json', '--', '/bin/sh', '-c', script], {
        cwd,
        signal: abort.signal,
        env: { SPANS: spans(3), STARTED: started },
      });
      await vi.waitFor(() => expect(existsSync(started)).toBe(true), 30_000);
      abort.abort();
      const ran = await ends;
      expect(ran.exitCode).toBe(0);
      expect(ran.json().result).toMatchObject({ taken: { spans: 3 } });
    },
  );

  it('wakes the heap for what asks, and for nothing that hands over', async () => {
    const wake = vi.spyOn(quietMemory, 'wake');
    vi.stubGlobal('gc', () => undefined);
    await dev('', async (url) => {
      await (await fetch(`${url}/loki/api/v1/push`, { method: 'POST' })).text();
      await (await fetch(`${url}/api/v1/write`, { method: 'POST' })).text();
      await (await fetch(`${url}/index.html`)).text();
      expect(wake).not.toHaveBeenCalled();
      await (await fetch(`${url}/api/search`)).text();
    });
    vi.unstubAllGlobals();
    expect(wake).toHaveBeenCalledOnce();
  });

  it('says that a program cannot be run', async () => {
    const ran = await runWith(['dev', '--port', '0', '--', '/nowhere/server'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('/nowhere/server cannot be run: it is not there');
  });

  it('says that its port is taken, and what to write to have another one', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const command of ['dev', 'ui']) {
      // oxlint-disable-next-line no-await-in-loop -- both ask for the same port
      const ran = await runWith(`${command} --port ${port}`, { cwd });
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toMatch(
        /port \d+ of this machine is taken \(SIGHTLINE_LOCAL_PORT\)[^]*take another port: --port 0 is/,
      );
    }
    taken.close();
  });

  it.each([
    ['--rules no-such-folder', 'there is nothing at'],
    ['--port 70000', 'a port from 0 to 65535'],
    ['--host http://x', '--host has a wrong value'],
    ['--token tooshort', '--token has a wrong value'],
    ['--allow-host *', '--allow-host has a wrong value'],
    ['--allow-host host.docker.internal:4318', '--allow-host has a wrong value'],
    ['--scrape http://[', '--scrape has a wrong value'],
    [
      '--port 0 --host 0.0.0.0',
      '--host 0.0.0.0 is reached by others, and there is no token (SIGHTLINE_LOCAL_OPEN)',
    ],
    ['--port 0 --host 192.0.2.7 --token 0123456789abcdef', '--host 192.0.2.7 is no address of this machine'],
    ['--port 0 --rules wrong.rules', 'SIGHTLINE_LOCAL_RULES'],
    ['--port 0 --alertmanager wrong.rules', 'SIGHTLINE_LOCAL_ALERTMANAGER'],
  ])('names what is wrong with: dev %s', async (line, problem) => {
    file('wrong.rules', 'groups: { odd: 1 }');
    const ran = await runWith(`dev ${line}`, { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(problem);
  });

  it('answers to a name of containers that it is told, and to no other', async () => {
    const statuses: (number | undefined)[] = [];
    const ran = await dev('--allow-host host.docker.internal', async (url) => {
      for (const name of ['localhost', 'Host.Docker.Internal', 'host.docker.internal.evil.test', 'evil.test'])
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        statuses.push(await statusOf(url, { host: `${name}:4318` }));
    });
    expect(statuses).toEqual([200, 200, 403, 403]);
    expect(ran.stderr).toMatch(/also at +http:\/\/host\.docker\.internal:\d+\n/);
  });

  it('listens wider with a token of the environment, asks everybody for it, and does not show it', async () => {
    const token = 'a-token-of-0123456789';
    const statuses: (number | undefined)[] = [];
    const ran = await dev(
      '--host 0.0.0.0',
      async (url) => {
        expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
        statuses.push(await statusOf(url, {}));
        statuses.push(await statusOf(url, { host: 'shop.internal', authorization: `Bearer ${token}` }));
        statuses.push(
          await statusOf(url, { host: 'shop.internal', authorization: 'Bearer another-one-0123456' }),
        );
        const listed = [token, ''].map((given) =>
          runWith(`runs list --url ${url}`, { env: { SIGHTLINE_LOCAL_TOKEN: given }, fetch }),
        );
        statuses.push(...(await Promise.all(listed)).map(({ exitCode }) => exitCode));
      },
      { env: { SIGHTLINE_LOCAL_TOKEN: token } },
    );
    expect(statuses).toEqual([401, 200, 401, 0, 1]);
    expect(ran.stderr).toContain(
      'OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20$SIGHTLINE_LOCAL_TOKEN"',
    );
    expect(ran.stdout + ran.stderr).not.toContain(token);
  });

  it('has its program bring the token, and no other server get it', async () => {
    const token = 'a+token/of.0123456789';
    const rules = file('none.rules', 'groups: []');
    const program = file(
      'headers.mjs',
      `process.exit(Number(process.env.OTEL_EXPORTER_OTLP_HEADERS !== process.env.WANTED));`,
    );
    const line = ['dev', '--port', '0', '--rules', rules, '--token', token, '--', process.execPath, program];
    const exitCode = async (env: Record<string, string>): Promise<number> =>
      (await runWith(line, { cwd, env })).exitCode;
    const header = 'authorization=Bearer%20a%2Btoken%2Fof.0123456789';
    expect(await exitCode({ WANTED: header })).toBe(0);
    expect(await exitCode({ WANTED: `a=b,${header}`, OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })).toBe(0);
    const elsewhere = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector.test/v1/metrics' };
    expect(await exitCode({ WANTED: 'a=b', OTEL_EXPORTER_OTLP_HEADERS: 'a=b', ...elsewhere })).toBe(0);
  });

  it('loads the rules of old names only when it is asked to, beside rules of the user as well', async () => {
    const groups = async (line: string): Promise<string> => {
      let text = '';
      await dev(line, async (url) => {
        text = await (await fetch(`${url}/api/v1/rules`)).text();
      });
      return text;
    };
    expect(await groups('')).not.toContain('compatibility');
    expect(await groups('')).toContain('sightline-');
    expect(await groups('--old-names')).toContain('sightline-compatibility');
    file('none.rules', 'groups: []');
    expect(await groups('--rules none.rules --old-names')).toContain('sightline-compatibility');
  });

  it('scrapes each target as the job that it says it is', async () => {
    const serve = async (status: string): Promise<string> => {
      const server = createHttpServer((request, response) => {
        response.end(request.url === '/status' ? status : 'up_to_date 1\n');
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      closing.push(() => server.close());
      return `127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const shop = await serve('{"service":{"service.name":"shop"}}');
    const other = await serve('no such page');
    const ran = await running(
      `dev --port 0 --rules ${file('none.rules', 'groups: []')} --scrape ${shop} --scrape http://${other}/metrics`,
      /(is there: [^]*is there: )/,
      () => undefined,
    );
    expect(ran.stderr).toContain(`shop is there: its metrics are scraped from ${shop}\n`);
    expect(ran.stderr).toContain(`app is there: its metrics are scraped from ${other}\n`);
  });

  it('says that nobody knows the port of a program that takes any', async () => {
    const rules = file('none.rules', 'groups: []');
    const line = ['dev', '--port', '0', '--rules', rules, '--', process.execPath, '-e', ''];
    const { stderr } = await runWith(line, { cwd, env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' } });
    expect(stderr).toMatch(/note OTEL_EXPORTER_PROMETHEUS_PORT is 0, so that nobody knows .*such as 9465\n/);
    expect((await runWith(line, { cwd })).stderr).not.toContain('nobody knows');
  });

  it('tells of alerts and of what it does not deliver, and keeps what came in', async () => {
    const rule = (name: string, severity: string, annotations = '{}'): string =>
      `      - { alert: ${name}, expr: vector(1), labels: { severity: ${severity} }, annotations: ${annotations} }`;
    const rules = file(
      // Of any name, as Prometheus takes it.
      'all.rules',
      [
        'groups:',
        '  - name: all',
        '    interval: 100ms',
        '    rules:',
        rule('Broken', 'critical', '{ summary: it is broken }'),
        rule('Odd', 'warning'),
        rule('Watchdog', 'none'),
      ].join('\n'),
    );
    const manager = file(
      'alertmanager.yml',
      'route: { receiver: a, group_wait: 0s }\nreceivers: [{ name: a, slack_configs: [{ api_url: "http://localhost/x" }] }]\n',
    );
    const ran = await running(
      `dev --port 0 --rules ${rules} --alertmanager ${manager} --data-dir data --desktop --scrape localhost:1`,
      /(firing Odd: Odd\n)/,
      () => undefined,
      // No program that could show it.
      { env: { PATH: cwd } },
    );
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('firing Broken: it is broken\n');
    expect(ran.stderr).not.toContain('Watchdog');
    expect(ran.stderr).toContain('receiver a: slack is shown here only, not delivered');
    expect(ran.stderr).toContain('what came in is kept in data');
  });
});

describe('ui', () => {
  it('hands on what pages ask until the user has seen enough, and shows nobody the credentials', async () => {
    let answer = '';
    const ran = await running(
      'ui --port 0 --prometheus http://me:secret@localhost:1/prometheus',
      /web app is at (\S+);/,
      async (url) => {
        const response = await fetch(`${url}/api/v1/query?query=up`);
        answer = `${response.status}: ${await response.text()}`;
      },
    );
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(answer).toMatch(/^502: .*localhost:1/);
    expect(answer).not.toContain('secret');
  });
});

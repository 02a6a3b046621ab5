import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
    };
    const { stderr } = await runWith(line, { cwd, env });
    const told = [...stderr.matchAll(/^note (\w+) is set, so that .* does not send everything here$/gm)];
    expect(told.map(([, name]) => name)).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_LOGS_EXPORTER']);
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
  ])('names what is wrong with: dev %s', async (line, problem) => {
    const ran = await runWith(`dev ${line}`, { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(problem);
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

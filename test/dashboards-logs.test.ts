/** Panels of log lines, asked of the embedded stack and of a real Loki, for lines in JSON and for the same by OTLP. */
import { ruleFile } from '@sightline/alerts';
import { type LocalStack, startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type OldLine, otlpRequest, startLogRuler } from './alerts/log-ruler.ts';
import { allPanels, sent } from './dashboards/panel-queries.ts';
import { findLoki } from './servers/loki.ts';

const START_MS = 120_000;
const WAIT = { timeout: 30_000, interval: 100 };

const actor = { type: 'user', id: 'u1' };
const resource = { type: 'order', id: 'o1' };
const lines: readonly OldLine[] = [
  { agoSeconds: 30, line: { msg: 'GET /reports 200', slow: true, duration_seconds: 7.5 } },
  { agoSeconds: 29, line: { msg: 'GET /quick 200', duration_seconds: 0.1 } },
  {
    agoSeconds: 28,
    line: { msg: 'order.cancel', audit: true, action: 'order.cancel', actor, resource, outcome: 'denied' },
  },
  { agoSeconds: 27, line: { msg: 'it says "slow":true of somebody, and "audit":true' } },
];
/** An error as the logger writes it, and as it is sent by OTLP. */
const errorInJson: OldLine = {
  agoSeconds: 20,
  line: { msg: 'charge failed', err: { type: 'CardError', message: 'declined', fingerprint: 'f00d' } },
};
const errorByOtlp: OldLine = {
  agoSeconds: 20,
  line: {
    msg: 'charge failed',
    err: { fingerprint: 'f00d' },
    'exception.type': 'CardError',
    'exception.message': 'declined',
  },
};
const expected: Readonly<Record<string, string>> = {
  'What were the newest errors?': 'charge failed (declined)',
  'Which requests were slow?': 'GET /reports 200',
  'Who did what?': 'u1 order.cancel o1: denied',
};

/** Takes lines of a service in JSON and of another by OTLP, and answers for both. */
interface LineServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function pushTo(url: string, otlpPath: string): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}: ${await response.text()}`);
  };
  const stream = (level: string, some: readonly OldLine[]): object => ({
    stream: { service_name: 'in-json', deployment_environment_name: 'test', level },
    values: some.map(({ agoSeconds, line }) => [
      `${Date.now() - agoSeconds * 1000}000000`,
      JSON.stringify(line),
    ]),
  });
  await post('/loki/api/v1/push', { streams: [stream('info', lines), stream('error', [errorInJson])] });
  await post(otlpPath, otlpRequest('by-otlp', 'info', lines));
  await post(otlpPath, otlpRequest('by-otlp', 'error', [errorByOtlp]));
}

interface Result {
  readonly metric?: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [string, string])[];
}

async function ask(url: string, path: string, expr: string): Promise<readonly Result[]> {
  const parameters = new URLSearchParams({ query: sent(expr, { service: '.+' }) });
  const response = await fetch(`${url}/loki/api/v1/${path}?${parameters.toString()}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return (JSON.parse(text) as { data: { result: readonly Result[] } }).data.result;
}

async function linesOf(url: string, expr: string): Promise<readonly string[]> {
  const streams = await ask(url, 'query_range', expr);
  return streams.flatMap(({ values = [] }) => values.map(([, line]) => line));
}

async function openEmbedded(): Promise<LineServer> {
  const stack: LocalStack = await startLocal({ port: 0 });
  await pushTo(stack.url, '/v1/logs');
  return { url: stack.url, stop: () => stack.close() };
}

async function openLoki(): Promise<LineServer | undefined> {
  const found = findLoki();
  if ('missing' in found) {
    process.stdout.write(`skipped: ${found.missing}\n`);
    return undefined;
  }
  const loki = await startLogRuler(found.path, ruleFile('None.', []));
  await pushTo(loki.url, '/otlp/v1/logs');
  return loki;
}

describe.each([
  ['the embedded stack', openEmbedded],
  ['a real Loki', openLoki],
] as const)('the panels of marked lines, asked of %s', (_server, open) => {
  let server: LineServer | undefined;
  beforeAll(async () => {
    server = await open();
  }, START_MS);
  afterAll(() => server?.stop());

  it.each(Object.entries(expected))(
    '%s shows the line in JSON and the one that came by OTLP, and no other',
    async (title, text) => {
      if (server === undefined) return;
      const { url } = server;
      const panels = allPanels.filter((each) => each.panel.title === title);
      expect(panels.length).toBeGreaterThan(0);
      for (const { panel } of panels) {
        const shown = async (): Promise<readonly string[]> =>
          (await Promise.all(panel.queries.map(({ expr }) => linesOf(url, expr)))).flat();
        // oxlint-disable-next-line no-await-in-loop -- two at most
        await vi.waitFor(
          async () => expect((await shown()).toSorted()).toEqual([`by-otlp: ${text}`, `in-json: ${text}`]),
          WAIT,
        );
      }
    },
  );

  it('Which errors are logged the most? counts both, by the same fingerprint and class', async () => {
    if (server === undefined) return;
    const { url } = server;
    const panel = allPanels.find((each) => each.panel.title === 'Which errors are logged the most?')?.panel;
    const expr = panel?.queries[0]?.expr ?? '';
    await vi.waitFor(async () => {
      const rows = await ask(url, 'query', expr);
      const said = rows.map(({ metric = {} }) =>
        ['service_name', 'fingerprint', 'type'].map((label) => metric[label]).join(' '),
      );
      expect(said.toSorted()).toEqual(['by-otlp f00d CardError', 'in-json f00d CardError']);
    }, WAIT);
  });
});

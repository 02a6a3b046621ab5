import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import type { OtlpReceiver } from '../otlp-receiver.ts';

const root = new URL('../../../../', import.meta.url);
const program = fileURLToPath(new URL('tracing-child.mjs', import.meta.url));
const module = new URL('../../dist/traces/create-tracing.js', import.meta.url).href;

/** Far longer than any child needs, on a busy machine too [ms]. */
const MAX_LIFE_MS = 60_000;

/** Every Node that is installed here. */
const runtimes = [
  { node: `node${process.versions.node.split('.')[0]}`, path: process.execPath },
  ...['node22', 'node26'].map((node) => ({
    node,
    path: fileURLToPath(new URL(`test/runtimes/node_modules/${node}/bin/node`, root)),
  })),
].filter(({ path }) => existsSync(path));

/** Newer versions restrict the network as well. */
const netPermission = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];

interface Settings {
  readonly ending: 'natural' | 'exit' | 'exit-later' | 'exception' | 'rejection';
  readonly spans: number;
  readonly url?: string;
  readonly protocol?: string;
  readonly sampler?: string;
  readonly deadlineMs?: number;
}

interface Report {
  readonly ms: number;
  readonly exported: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued: number;
}

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

async function runChild(
  settings: Settings,
  { runtime = process.execPath, flags = [] }: { runtime?: string; flags?: readonly string[] } = {},
): Promise<{ code: number | null; report: Report; stderr: string }> {
  const child = spawn(
    runtime,
    [...flags, program, JSON.stringify({ url: receiver.url, module, ...settings })],
    { env: { ...process.env, NODE_OPTIONS: '' }, timeout: MAX_LIFE_MS, killSignal: 'SIGKILL' },
  );
  let printed = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (printed += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (printed === '') throw new Error(stderr);
  return { code, report: JSON.parse(printed) as Report, stderr };
}

/** An export that was on its way is sent again: it is not known whether it arrived. */
function names(): string[] {
  return [...new Set(receiver.spans().map(({ name }) => name))].toSorted();
}

function upTo(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `span ${n}`).toSorted();
}

describe.each(runtimes)('flushSync in an exit handler, $node', ({ path: runtime }) => {
  it.each([
    { ending: 'natural', code: 0 },
    { ending: 'exit', code: 7 },
    { ending: 'exit-later', code: 7 },
  ] as const)(
    'loses no span when the end is: $ending',
    async ({ ending, code }) => {
      const child = await runChild({ ending, spans: 25 }, { runtime });
      expect(child.code).toBe(code);
      expect(names()).toEqual(upTo(25));
      expect(child.report).toMatchObject({ exported: 25, queued: 0, dropped: { deadline: 0, full: 0 } });
    },
    MAX_LIFE_MS,
  );

  it.each([
    { ending: 'exception', name: 'crash', type: 'TypeError' },
    { ending: 'rejection', name: 'root', type: 'RangeError' },
  ] as const)(
    'gets the span that died of an $ending out',
    async ({ ending, name, type }) => {
      const child = await runChild({ ending, spans: 3, sampler: 'parentbased_always_off' }, { runtime });
      expect(child.code).toBe(1);
      const crashed = receiver.spans().find((span) => span.name === name);
      expect(crashed?.status.code).toBe(2);
      expect(crashed?.events[0]?.attributes['exception.type']).toBe(type);
      expect(JSON.stringify(crashed?.events[0]?.attributes)).not.toContain('hunter2');
      // The head sampled none of them, and those that went well are not kept.
      expect(names()).toEqual([...new Set([name, 'root'])].toSorted());
    },
    MAX_LIFE_MS,
  );
});

describe('flushSync', () => {
  it(
    'holds the process no longer than the deadline when the collector hangs',
    async () => {
      receiver.answerWith({ misbehave: 'silent' });
      const { code, report } = await runChild({ ending: 'natural', spans: 25, deadlineMs: 300 });
      expect(code).toBe(0);
      expect(report).toMatchObject({ exported: 0, dropped: { deadline: 25 } });
      // An attempt of its own takes 10 s.
      expect(report.ms).toBeLessThan(5_000);
    },
    MAX_LIFE_MS,
  );

  it(
    'counts what a collector refuses',
    async () => {
      receiver.answerWith({ status: 503 });
      const { report } = await runChild({ ending: 'exit', spans: 25 });
      expect(report).toMatchObject({ exported: 0, dropped: { deadline: 25 } });
    },
    MAX_LIFE_MS,
  );

  it(
    'runs no preload of the service in its thread',
    async () => {
      const preload = new URL('counting-preload.mjs', import.meta.url).href;
      const { stderr } = await runChild({ ending: 'natural', spans: 1 }, { flags: ['--import', preload] });
      expect(stderr.split('preloaded')).toHaveLength(2);
    },
    MAX_LIFE_MS,
  );

  it(
    'sends from another process where no thread may be started',
    async () => {
      const flags = ['--permission', '--allow-fs-read=*', '--allow-child-process', ...netPermission];
      const { report } = await runChild({ ending: 'exit', spans: 25 }, { flags });
      expect(names()).toEqual(upTo(25));
      expect(report).toMatchObject({ exported: 25, dropped: { deadline: 0 } });
    },
    MAX_LIFE_MS,
  );

  it(
    'counts all as lost where neither a thread nor a process may be started',
    async () => {
      const flags = ['--permission', '--allow-fs-read=*', ...netPermission];
      // Batches that are full leave at once; there is none.
      const { code, report } = await runChild({ ending: 'exit', spans: 5 }, { flags });
      expect(code).toBe(7);
      expect(report).toMatchObject({ exported: 0, dropped: { deadline: 5 } });
    },
    MAX_LIFE_MS,
  );

  it(
    'sends JSON as well',
    async () => {
      await runChild({ ending: 'exit', spans: 5, protocol: 'http/json' });
      expect(names()).toEqual(upTo(5));
      expect(receiver.requests().at(-1)?.headers).toMatchObject({
        'content-type': 'application/json',
        'x-tenant': 'a',
      });
    },
    MAX_LIFE_MS,
  );

  it(
    'does nothing when there is nothing to send',
    async () => {
      const { report } = await runChild({ ending: 'natural', spans: 0 });
      expect(report).toMatchObject({ exported: 0, dropped: { deadline: 0 } });
      expect(receiver.requests()).toEqual([]);
    },
    MAX_LIFE_MS,
  );
});

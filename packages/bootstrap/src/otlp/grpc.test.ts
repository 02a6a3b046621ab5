import { ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hookedFiles } from '../hooks/hooked-files.ts';
import { createExporterTransport, grpcPackage, loadGrpcExporter } from './grpc.ts';
import type { OtlpTarget } from './target.ts';

afterEach(() => vi.useRealTimers());

const target = {
  url: 'http://collector:4317',
  headers: {},
  protocol: 'grpc',
  compression: 'gzip',
  timeoutMs: 7,
} as const;

/** A service with this for the package of the exporter. */
function serviceWith(program: string): string {
  const root = mkdtempSync(join(tmpdir(), 'sightline-grpc-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  addPackage(root, grpcPackage, program);
  return root;
}

/** @returns its folder */
function addPackage(root: string, name: string, program: string): string {
  const folder = join(root, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"main":"index.cjs"}');
  writeFileSync(join(folder, 'index.cjs'), program);
  return folder;
}

const exporterThat = `exports.OTLPTraceExporter = class { constructor(config) { Object.assign(this, config); } };`;

describe('loadGrpcExporter', () => {
  function loadedFrom(
    program: string | undefined,
    folder: string,
    given: Partial<OtlpTarget> = {},
  ): SpanExporter | undefined {
    const { argv } = process;
    process.argv = [argv[0] ?? 'node', ...(program === undefined ? [] : [join(program, 'server.js')])];
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    try {
      return loadGrpcExporter({ ...target, ...given });
    } finally {
      process.argv = argv;
      vi.restoreAllMocks();
    }
  }
  const made = { url: target.url, timeoutMillis: 7, compression: 'gzip' };

  it('takes that of the program, before that of the folder it runs in', () => {
    const other = serviceWith('exports.OTLPTraceExporter = class {};');
    expect(loadedFrom(serviceWith(exporterThat), other)).toMatchObject(made);
  });

  it('takes that of the folder when there is no program, as in a shell', () => {
    expect(loadedFrom(undefined, serviceWith(exporterThat))).toMatchObject(made);
  });

  it.each([
    ['has another shape', 'module.exports = {};'],
    ['throws', 'throw new Error("built for another system");'],
  ])('takes that of the folder when that of the program %s, and none when both do', (_what, program) => {
    const broken = serviceWith(program);
    expect(loadedFrom(broken, serviceWith(exporterThat))).toMatchObject(made);
    expect(loadedFrom(broken, broken)).toBeUndefined();
  });

  it('does not have what comes with it taken for something that the service has loaded before', () => {
    const service = serviceWith(`require('@grpc/grpc-js'); ${exporterThat}`);
    const grpc = join(addPackage(service, '@grpc/grpc-js', ''), 'index.cjs');
    expect(loadedFrom(service, service)).toMatchObject(made);
    expect(hookedFiles()).toContain(realpathSync(grpc));
  });

  it('leaves gRPC late that the service has loaded before', () => {
    const service = serviceWith(`require('@grpc/grpc-js'); ${exporterThat}`);
    const grpc = join(addPackage(service, '@grpc/grpc-js', ''), 'index.cjs');
    createRequire(import.meta.url)(grpc);
    expect(loadedFrom(service, service)).toMatchObject(made);
    expect(hookedFiles()).not.toContain(realpathSync(grpc));
  });

  const headers = { 'X-Team': 'shop' };

  /** A service with an exporter, and these for its own gRPC and that of the exporter. */
  function serviceWithGrpc(own: string, ofExporter: string): string {
    const service = serviceWith(exporterThat);
    addPackage(service, '@grpc/grpc-js', own);
    const base = addPackage(service, '@opentelemetry/otlp-grpc-exporter-base', '');
    addPackage(base, '@grpc/grpc-js', ofExporter);
    return service;
  }

  it('hands over headers, and credentials of the URL, as metadata of the gRPC that the exporter sends with', () => {
    const service = serviceWithGrpc(
      'throw new Error("another copy");',
      'exports.Metadata = class { sent = []; set(...entry) { this.sent.push(entry); } };',
    );
    const url = 'http://me:secret@collector:4317';
    expect(loadedFrom(service, service, { url, headers })).toMatchObject({
      metadata: {
        sent: [
          ['authorization', 'Basic bWU6c2VjcmV0'],
          ['x-team', 'shop'],
        ],
      },
    });
  });

  it('is none when there are headers and no gRPC to send them with, so that they go over HTTP', () => {
    const service = serviceWithGrpc('', 'throw new Error("built for another system");');
    expect(loadedFrom(service, service, { headers })).toBeUndefined();
    expect(loadedFrom(service, service)).toMatchObject(made);
  });
});

describe('createExporterTransport', () => {
  const payload = { items: 1, spans: [{ name: 'a' } as ReadableSpan], body: { length: 300 } };
  const exporterOf = (exported: SpanExporter['export']): SpanExporter => ({
    export: exported,
    shutdown: () => Promise.reject(new Error('closed already')),
  });
  const failed = (code?: number): ExportResult => ({
    code: ExportResultCode.FAILED,
    ...(code === undefined ? {} : { error: Object.assign(new Error(`status ${code}`), { code }) }),
  });

  it.each([
    {
      what: 'is a success',
      result: { code: ExportResultCode.SUCCESS },
      verdict: { kind: 'stored', rejected: 0 },
    },
    { what: 'is status 7', result: failed(7), verdict: { kind: 'refused', failure: 'unauthorized' } },
    {
      what: 'is status 3',
      result: failed(3),
      verdict: { kind: 'refused', failure: 'rejected', reason: 'gRPC status 3' },
    },
    {
      what: 'is status 16 with details',
      result: {
        ...failed(16),
        error: Object.assign(new Error('16 UNAUTHENTICATED: token ended'), {
          code: 16,
          details: 'token ended',
        }),
      },
      verdict: { kind: 'refused', failure: 'unauthorized', reason: 'gRPC status 16: token ended' },
    },
    { what: 'is status 12', result: failed(12), verdict: { kind: 'refused', failure: 'rejected' } },
    { what: 'is status 4', result: failed(4), verdict: { kind: 'retry', failure: 'timeout' } },
    { what: 'is status 14', result: failed(14), verdict: { kind: 'retry', failure: 'unreachable' } },
    {
      what: 'is status 8 with a message that is too large',
      result: {
        ...failed(8),
        error: Object.assign(
          new Error('8 RESOURCE_EXHAUSTED: grpc: received message larger than max (5242880 vs. 4194304)'),
          { code: 8 },
        ),
      },
      verdict: { kind: 'too-large', failure: 'rejected', reason: 'gRPC status 8' },
    },
    { what: 'is status 8', result: failed(8), verdict: { kind: 'retry' } },
    { what: 'has no error', result: failed(), verdict: { kind: 'retry', failure: 'unreachable' } },
    {
      what: 'has an error without a code',
      result: { ...failed(), error: new Error('no route') },
      verdict: { kind: 'retry', reason: 'no route' },
    },
  ])('says $verdict when the result $what', async ({ result, verdict }) => {
    const given: unknown[] = [];
    const transport = createExporterTransport(
      exporterOf((spans, done) => {
        given.push(...spans);
        done(result);
      }),
    );
    expect(await transport.send(payload, 1_000)).toMatchObject(verdict);
    expect(given).toEqual(payload.spans);
  });

  it('exports below no request, and untraced, where gRPC is instrumented', async () => {
    const OF_REQUEST = createContextKey('request');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const seen: unknown[] = [];
    const transport = createExporterTransport(
      exporterOf((_spans, done) => {
        seen.push(isTracingSuppressed(context.active()), context.active().getValue(OF_REQUEST));
        done({ code: ExportResultCode.SUCCESS });
      }),
    );
    await context.with(ROOT_CONTEXT.setValue(OF_REQUEST, 'r-1'), () => transport.send(payload, 1_000));
    expect(seen).toEqual([true, undefined]);
  });

  it('halves spans, down to one', () => {
    const transport = createExporterTransport(exporterOf(() => {}));
    const spans = ['a', 'b', 'c'].map((name) => ({ name }) as ReadableSpan);
    expect(transport.halve({ items: 3, spans, body: { length: 1_000 } })).toEqual([
      { items: 2, spans: spans.slice(0, 2), body: { length: 667 } },
      { items: 1, spans: spans.slice(2), body: { length: 334 } },
    ]);
    expect(transport.halve(payload)).toEqual([]);
  });

  it('tries again later what an exporter throws at', async () => {
    const transport = createExporterTransport(
      exporterOf(() => {
        throw new TypeError('no channel');
      }),
    );
    expect(await transport.send(payload, 1_000)).toMatchObject({ kind: 'retry', reason: 'no channel' });
  });

  it('gives up on an exporter that forgets to call back, at twice its time', async () => {
    vi.useFakeTimers();
    const verdict = vi.fn<(value: unknown) => void>();
    void createExporterTransport(exporterOf(() => {}))
      .send(payload, 1_000)
      .then(verdict);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(verdict).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(verdict.mock.calls[0]?.[0]).toMatchObject({ kind: 'retry', failure: 'timeout' });
  });

  it('is closed also when the exporter cannot be', async () => {
    const transport = createExporterTransport(exporterOf(() => {}));
    expect(() => transport.close()).not.toThrow();
    // A rejection that nobody takes would end the test run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

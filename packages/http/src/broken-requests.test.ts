import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { IncomingMessage, Server, type ServerResponse, createServer } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';

describe('a request that an app has bent', () => {
  it('is left alone when its response takes no listener, and is none of the active ones', () => {
    const failures: string[] = [];
    const { recorder, records } = testRecorder({}, { onProblem: ({ message }) => failures.push(message) });
    const served: unknown[] = [];
    const server = new Server((request) => served.push(request.url));
    server.emit('request', { method: 'GET', url: '/', headers: {} }, { writeHead() {}, end() {} });
    expect(served).toEqual(['/']);
    expect(failures).toEqual([expect.stringContaining('response.on is not a function')]);
    expect(recorder.active().get('GET')).toBe(0);
    expect(records).toEqual([]);
  });

  it('is one request where an inner server answers it through another object', async () => {
    const { recorder, seen } = testRecorder();
    const inner = new Server((_, response) => response.end('ok'));
    const outer = createServer((_, response) => {
      const other = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/inner' });
      inner.emit('request', other, response);
    });
    (await rawClient(await listening(outer))).send(get('/'));
    expect((await seen(1)).map(({ target }) => target)).toEqual(['/']);
    expect(recorder.active().get('GET')).toBe(0);
    expect(recorder.stats().recorded).toBe(1);
  });

  it('has no bytes counted that were written after its end', async () => {
    const { seen } = testRecorder();
    const late = (response: ServerResponse, ...chunks: string[]): void => {
      response.on('error', () => {});
      for (const chunk of chunks) response.write(chunk);
      response.end('abc');
      response.write('defghij');
    };
    const port = await listening(
      createServer(({ url }, response) => (url === '/one' ? late(response) : late(response, 'x'))),
    );
    (await rawClient(port)).send(get('/one'));
    await seen(1);
    (await rawClient(port)).send(get('/two'));
    expect((await seen(2)).map(({ responseBodyBytes }) => responseBodyBytes)).toEqual([3, 4]);
  });

  it('has its span ended when nothing can be recorded of it', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const ended = Promise.withResolvers<void>();
    const { recorder } = testRecorder(
      {},
      { tracer: provider.getTracer('test'), onProblem: () => ended.resolve() },
    );
    const server = createServer((request, response) => {
      Object.defineProperty(request, 'httpVersionMinor', {
        get() {
          throw new Error('nobody asks');
        },
      });
      response.end('ok');
    });
    (await rawClient(await listening(server))).send(get('/'));
    await ended.promise;
    expect(exporter.getFinishedSpans()).toHaveLength(1);
    expect(recorder.active().get('GET')).toBe(0);
  });
});

import { ServerResponse, createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { HttpServerOptions } from './options.ts';
import { get, listening, rawClient, testRecorder } from './recorder.fixture.ts';

/** The head of an answer. */
async function head(
  answer: (response: ServerResponse) => void,
  options: HttpServerOptions = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  testRecorder(options);
  const client = await rawClient(await listening(createServer((_, response) => answer(response))));
  client.send(get('/', headers));
  const [text = ''] = (await client.received('\r\n\r\n')).split('\r\n\r\n');
  return text;
}

const all = [
  /^x-request-id: [0-9a-f]{16}$/gim,
  /^server-timing: total;dur=\d+\.\d{3}$/gim,
  /^x-process-time: \d+\.\d{6}$/gim,
];

describe('the headers of an answer', () => {
  it.each<{ how: string; answer: (response: ServerResponse) => void }>([
    { how: 'are implicit', answer: (response) => response.end('x') },
    { how: 'are implicit, by write', answer: (response) => void response.write('x') },
    { how: 'are flushed', answer: (response) => response.flushHeaders() },
    { how: 'are set', answer: (response) => response.setHeader('a', 'b').end() },
    { how: 'go with writeHead', answer: (response) => response.writeHead(200, { a: 'b' }).end() },
    {
      how: 'go with writeHead and a reason',
      answer: (response) => response.writeHead(200, 'Fine', { a: 'b' }).end(),
    },
    { how: 'go with writeHead as a list', answer: (response) => response.writeHead(200, ['a', 'b']).end() },
    {
      how: 'go with writeHead as pairs',
      answer: (response) => response.writeHead(200, [['a', 'b']] as never).end(),
    },
    {
      how: 'are set and go with writeHead',
      answer: (response) => response.setHeader('a', 'b').writeHead(200, { c: 'd' }).end(),
    },
    { how: 'are those of 304', answer: (response) => response.writeHead(304).end() },
  ])('hold ours once when they $how', async ({ answer }) => {
    const text = await head(answer);
    for (const line of all) expect(text.match(line)).toHaveLength(1);
  });

  it('are not on an answer of its own that an app makes for the same request', async () => {
    let made = '';
    await head((response) => {
      const own = new ServerResponse(response.req);
      own.writeHead(200);
      // oxlint-disable-next-line no-underscore-dangle -- Node.js's own name for what it is about to write
      made = (own as unknown as { readonly _header: string })._header;
      response.end('x');
    });
    expect(made).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    for (const line of all) expect(made).not.toMatch(line);
  });

  it.each<{ how: string; answer: (response: ServerResponse) => void }>([
    { how: 'setHeader', answer: (response) => response.setHeader('X-Request-Id', 'mine').end() },
    { how: 'writeHead', answer: (response) => response.writeHead(200, { 'X-Request-Id': 'mine' }).end() },
    { how: 'a list', answer: (response) => response.writeHead(200, ['X-REQUEST-ID', 'mine']).end() },
  ])('are left as the app has set them by $how', async ({ answer }) => {
    expect((await head(answer)).match(/^x-request-id: .*$/gim)).toEqual([
      expect.stringMatching(/^x-request-id: mine$/i),
    ]);
  });

  it('leave the timings of the app alone', async () => {
    const text = await head((response) => response.setHeader('Server-Timing', 'db;dur=3').end());
    expect(text.match(/^server-timing: .*$/gim)).toEqual(['Server-Timing: db;dur=3']);
  });

  it('hold none of ours when all are off', async () => {
    const off = { requestId: { answer: false }, serverTiming: false, processTime: false } as const;
    expect(await head((response) => response.end(), off)).not.toMatch(
      /x-request-id|server-timing|x-process-time/i,
    );
  });

  it('hold the trace when that is asked for', async () => {
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const text = await head(
      (response) => response.end(),
      { traceTiming: true, serverTiming: false },
      headers,
    );
    expect(text).toContain('server-timing: traceparent;desc="00-0af7651916cd43dd8448eb211c80319c-');
    expect(
      await head((response) => response.end(), { traceTiming: true, serverTiming: false }),
    ).not.toContain('server-timing');
  });

  it.each([
    { given: 'abc-123', answered: /^abc-123$/ },
    { given: 'a'.repeat(128), answered: /^a{128}$/ },
    { given: 'a'.repeat(129), answered: /^[0-9a-f]{16}$/ },
    { given: 'two words', answered: /^[0-9a-f]{16}$/ },
    { given: 'quo"te', answered: /^[0-9a-f]{16}$/ },
    { given: '<script>', answered: /^[0-9a-f]{16}$/ },
    { given: '', answered: /^[0-9a-f]{16}$/ },
  ])('answer the id $given with $answered', async ({ given, answered }) => {
    const text = await head((response) => response.end(), {}, { 'x-request-id': given });
    expect(/^x-request-id: (.*)$/m.exec(text)?.[1]).toMatch(answered);
  });

  it('take the id from the headers that are named, in their order', async () => {
    const options = {
      requestId: { from: ['X-Amzn-Trace-Id', 'x-correlation-id'], answer: 'X-Correlation-Id' },
    };
    const headers = {
      'x-correlation-id': 'second',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    };
    expect(await head((response) => response.end(), options, headers)).toContain(
      'x-correlation-id: Root=1-67891233-abcdef012345678912345678',
    );
  });
});

import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import type { LoggerOptions } from './options.ts';
import type { LoggedRequest, LoggedRequestKind } from './request-log.ts';

const kind: LoggedRequestKind = {
  method: 'GET',
  route: '/api/:tenant/orders/:id',
  status: 200,
  errorType: undefined,
};
const request: LoggedRequest = {
  durationSeconds: 0.0123456789,
  spanContext: {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
  },
  requestId: 'r-1',
  safeTarget: '/api/7/orders/12?page=2',
  requestBodyBytes: undefined,
  responseBodyBytes: 17,
  error: undefined,
  aborted: false,
  slow: false,
};

describe('requestLog', () => {
  beforeEach(() => {
    for (const name of ['LOG_LEVEL', 'SIGHTLINE_STRICT']) vi.stubEnv(name, undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const { stream, last, lines } = captureLines();

  function written(
    given: Partial<LoggedRequest> = {},
    ofKind: Partial<LoggedRequestKind> = {},
    options: LoggerOptions = {},
  ): Record<string, unknown> {
    createLogger({ service: 'shop', ...options }, stream)
      .requestLog()
      .prepare({ ...kind, ...ofKind })({ ...request, ...given });
    return last();
  }

  it('writes one line with the ids, the kind and what is the request’s own', () => {
    const { time, ...line } = written();
    expect(time).toBeTypeOf('number');
    expect(line).toEqual({
      level: 'info',
      service: 'shop',
      module: 'http',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      trace_flags: '01',
      request_id: 'r-1',
      http_request_method: 'GET',
      http_route: '/api/:tenant/orders/:id',
      http_response_status_code: 200,
      url_path: '/api/7/orders/12',
      url_query: 'page=2',
      duration_seconds: 0.012346,
      http_response_body_size: 17,
      msg: 'GET /api/:tenant/orders/:id 200',
    });
  });

  it.each([
    { given: {}, ofKind: {}, level: 'info' },
    { given: {}, ofKind: { status: 404, route: undefined }, level: 'info' },
    { given: { slow: true }, ofKind: {}, level: 'warn' },
    { given: { aborted: true }, ofKind: { status: undefined, errorType: 'aborted' }, level: 'warn' },
    {
      given: { aborted: true, error: new TypeError('x') },
      ofKind: { status: undefined, errorType: 'TypeError' },
      level: 'error',
    },
    { given: {}, ofKind: { status: 503, errorType: '503' }, level: 'error' },
    { given: { error: new TypeError('x') }, ofKind: { status: 500, errorType: 'TypeError' }, level: 'error' },
  ])('is at $level for $ofKind and $given', ({ given, ofKind, level }) => {
    expect(written(given, ofKind)).toMatchObject({ level });
  });

  it('has the path in its message where no route matched, and its first 200 characters at most', () => {
    const none = { route: undefined, status: 404 };
    expect(written({ safeTarget: '/nowhere?x=1' }, none)).toMatchObject({ msg: 'GET /nowhere 404' });
    expect(written({ safeTarget: `/${'a'.repeat(300)}` }, none)).toMatchObject({
      msg: `GET /${'a'.repeat(199)} 404`,
    });
  });

  it('has the error with its stack, censored', () => {
    const error = new Error('connect postgres://app:hunter2@db refused');
    const line = written({ error }, { status: 500, errorType: 'Error' });
    expect(line).toMatchObject({
      err: { type: 'Error', message: 'connect postgres://app:REDACTED@db refused' },
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  it.each([`/a"b\\c\u0007\u2028`, '/"?"=\\', `/${'é'.repeat(5)}?ü`])('escapes %j', (safeTarget) => {
    expect(written({ safeTarget })).toMatchObject({ url_path: safeTarget.split('?')[0] });
  });

  it.each([
    { name: 'a mixin', options: { mixin: () => ({}) } },
    { name: 'a formatter', options: { formatters: { log: (object: object) => ({ ...object }) } } },
    { name: 'paths', options: { redact: ['nothing.here'] } },
    { name: 'a hook', options: { hooks: { streamWrite: (line: string) => line } } },
    { name: 'a serializer', options: { serializers: { url_path: String } } },
  ] satisfies { name: string; options: LoggerOptions }[])('has the same fields with $name', ({ options }) => {
    const own = { aborted: true, slow: true, requestBodyBytes: 3 };
    const { time: _time, ...plain } = written(own);
    const { time: _other, ...usual } = written(own, {}, options);
    expect(usual).toEqual(plain);
  });

  it('has each name once, also where the app has bound one of them', () => {
    const { text, stream: own } = captureLines();
    const log = createLogger({ base: { url_path: 'bound' } }, own);
    log.requestLog().prepare(kind)(request);
    expect(text().match(/"url_path":"[^"]*"/g)).toEqual(['"url_path":"/api/7/orders/12"']);
  });

  it('goes through what the app has for log calls: its hook, its serializers and the keys that it calls secret', () => {
    const hooks: NonNullable<LoggerOptions['hooks']> = {
      logMethod([object], method) {
        method.apply(this, [object, 'hooked'] as never);
      },
    };
    expect(written({}, {}, { hooks })).toMatchObject({ url_query: 'page=2', msg: 'hooked' });
    const serializers = { url_query: () => 'left out', msg: (text: string) => text.toLowerCase() };
    expect(written({}, {}, { serializers })).toMatchObject({
      url_query: 'left out',
      msg: 'get /api/:tenant/orders/:id 200',
    });
    expect(written({}, {}, { redact: { keys: ['url_query'] } })).toMatchObject({
      url_path: '/api/7/orders/12',
      url_query: '[REDACTED]',
    });
  });

  it('takes the level of the module http, also while it runs', () => {
    const logger = createLogger({ levels: { http: 'warn' } }, stream);
    const write = logger.requestLog().prepare(kind);
    const before = lines().length;
    write(request);
    expect(lines()).toHaveLength(before);
    const back = logger.setLevel('info', { module: 'http' });
    write(request);
    expect(lines()).toHaveLength(before + 1);
    back();
  });
});

describe('request_id', () => {
  beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  afterAll(() => context.disable());
  const { stream, last } = captureLines();
  const inRequest = ROOT_CONTEXT.setValue(Symbol.for('sightline.request.id'), 'r-"7"');

  it('stands in every line that is written while a request is answered', () => {
    const log = createLogger({}, stream);
    context.with(inRequest, () => log.child({ a: 1 }).info('inside'));
    expect(last()).toMatchObject({ request_id: 'r-"7"' });
    log.info('outside');
    expect(last()).not.toHaveProperty('request_id');
  });

  it('is the line’s own where it has one', () => {
    const log = createLogger({}, stream);
    context.with(inRequest, () => log.info({ request_id: 'own' }, 'x'));
    expect(last()).toMatchObject({ request_id: 'own' });
  });

  it.each([
    { safeTarget: '/plain', path: '/plain', query: undefined },
    { safeTarget: '/?', path: '/', query: '' },
  ])('splits $safeTarget, also the second time that it comes', ({ safeTarget, path, query }) => {
    const log = createLogger({ service: 'shop' }, stream).requestLog().prepare(kind);
    for (let times = 0; times < 2; times += 1) {
      log({ ...request, safeTarget, requestBodyBytes: 0 });
      expect(last()).toMatchObject({ url_path: path, http_request_body_size: 0 });
      expect(last()['url_query']).toBe(query);
    }
  });
});

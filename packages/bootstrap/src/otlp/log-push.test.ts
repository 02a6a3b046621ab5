import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLogPush } from './log-push.ts';
import type { LogPush, LogPushOptions } from './log-push.ts';
import type { ExportProblem } from './export-problems.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';
import { sendSync } from './send-sync.ts';
import type { OtlpTarget } from './target.ts';

let receiver: OtlpReceiver;
let push: LogPush;
let problems: ExportProblem[];
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  problems = [];
});
afterEach(async () => {
  await push.shutdown(0);
  await receiver.close();
});

function start(target: Partial<OtlpTarget> = {}, options: Partial<LogPushOptions> = {}): LogPush {
  push = createLogPush({
    resource: resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 1 }),
    target: {
      url: `${receiver.url}/v1/logs`,
      headers: {},
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs: 5_000,
      ...target,
    },
    maxQueueSize: 2_048,
    maxExportBatchSize: 512,
    scheduleDelayMs: 60_000,
    limits: { attributeCount: 128, attributeValueLength: 16_384 },
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return push;
}

const line = JSON.stringify({
  time: 1_800_000_000_123,
  level: 'warn',
  msg: 'größer',
  service: 'shop',
  pid: 1,
  trace_id: 'ab'.repeat(16),
  span_id: 'cd'.repeat(8),
  trace_flags: '01',
  request_id: 'r-1',
  order: { id: 7, big: 1e300, ratio: 0.5, tags: ['a', null, true] },
  err: { type: 'PaymentDeclined', message: 'no', stack: 'at x', code: 'E1' },
});

describe('createLogPush', () => {
  it.each(['http/protobuf', 'http/json'] as const)('makes a record of a line, as %s', async (protocol) => {
    start({ protocol }).write(`${line}\n`);
    await push.flush(5_000);
    const [record] = receiver.logs();
    expect(record).toMatchObject({
      timeUnixNano: 1_800_000_000_123_000_000n,
      severityNumber: 13,
      severityText: 'warn',
      body: 'größer',
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      flags: 1,
      resource: { 'service.name': 'shop', 'process.pid': 1 },
      droppedAttributesCount: 0,
    });
    expect(record?.attributes).toEqual({
      request_id: 'r-1',
      order: { id: 7, big: 1e300, ratio: 0.5, tags: ['a', null, true] },
      'exception.type': 'PaymentDeclined',
      'exception.message': 'no',
      'exception.stacktrace': 'at x',
      err: { code: 'E1' },
    });
  });

  it('keeps fields of the app that are called like what the resource says, and leaves out what says the same', async () => {
    const resource = resourceFromAttributes({
      'service.name': 'shop',
      'deployment.environment.name': 'prod',
      'service.version': '2.1.0',
      'host.name': 'web-1',
    });
    start({}, { resource });
    const same = { service: 'shop', environment: 'prod', version: '2.1.0', hostname: 'web-1' };
    const other = { service: 'payments', environment: 'test', version: 3, hostname: 'db-1', pid: 77 };
    push.write(JSON.stringify({ msg: 'ours', ...same }));
    push.write(JSON.stringify({ msg: 'theirs', ...other }));
    await push.flush(5_000);
    expect(receiver.logs().map(({ attributes }) => attributes)).toEqual([{}, other]);
  });

  it.each(['http/protobuf', 'http/json'] as const)(
    'has no more attributes, and no longer ones, than it may, and says how many it left out, as %s',
    async (protocol) => {
      start({ protocol }, { limits: { attributeCount: 2, attributeValueLength: 3 } });
      const fields = { list: ['longer', 'abc', 12345], nested: { name: 'longer' }, c: 1, d: 2 };
      push.write(JSON.stringify({ msg: 'longer', level: 'info', ...fields }));
      push.write(JSON.stringify({ a: 1, err: { message: 'longer', stack: 'longer' } }));
      await push.flush(5_000);
      expect(receiver.logs()).toMatchObject([
        {
          body: 'longer',
          attributes: { list: ['lon', 'abc', 12345], nested: { name: 'lon' } },
          droppedAttributesCount: 2,
        },
        {
          attributes: { 'exception.message': 'lon', 'exception.stacktrace': 'lon' },
          droppedAttributesCount: 1,
        },
      ]);
      expect(Object.keys(receiver.logs()[0]?.attributes ?? {})).toEqual(['list', 'nested']);
    },
  );

  it.each([
    { level: 10, number: 1, text: 'trace' },
    { level: 50, number: 17, text: 'error' },
    { level: 35, number: 9, text: 'info' },
    { level: 'fatal', number: 21, text: 'fatal' },
    { level: 'audit', number: 9, text: 'audit' },
    { level: undefined, number: 9, text: 'info' },
  ])('takes level $level for severity $number', async ({ level, number, text }) => {
    start().write(JSON.stringify({ level, msg: 'm' }));
    await push.flush(5_000);
    expect(receiver.logs()).toMatchObject([{ severityNumber: number, severityText: text, body: 'm' }]);
  });

  it.each(['plain text', '{ broken', '[1]', 'null', '"text"'])(
    'sends %j, which is no line of the logger, as it is',
    async (text) => {
      start().write(`${text}\n`);
      await push.flush(5_000);
      expect(receiver.logs()).toMatchObject([{ body: text }]);
    },
  );

  it.each<[string, object, object]>([
    ['is a number of pino', { level: 50 }, { severityNumber: 17, severityText: 'error' }],
    ['is a number that pino has no level for', { level: 75 }, { severityNumber: 9, severityText: 'info' }],
    ['is the number of nothing', { level: 3 }, { severityNumber: 9, severityText: 'info' }],
    ['is nothing', { level: null }, { severityNumber: 9, severityText: 'info' }],
    ['is one of its own', { level: 'notice' }, { severityNumber: 9, severityText: 'notice' }],
    ['is in capitals', { level: 'ERROR' }, { severityNumber: 17, severityText: 'ERROR' }],
    ['is called as elsewhere', { level: 'warning' }, { severityNumber: 13, severityText: 'warning' }],
    ['is a severity', { severity: 'CRITICAL' }, { severityNumber: 18, severityText: 'CRITICAL' }],
    ['is called like a method', { level: 'constructor' }, { severityNumber: 9, severityText: 'constructor' }],
  ])('has a severity also when the level %s', async (_what, fields, expected) => {
    start().write(JSON.stringify(fields));
    await push.flush(5_000);
    expect(receiver.logs()).toMatchObject([{ ...expected, body: '' }]);
  });

  it.each([12.5, -1, 1.7e18, '1e400', 'null', '"noon"'])(
    'has the time at which it came when a field of the app says that it is %s',
    async (time) => {
      const before = BigInt(Date.now()) * 1_000_000n;
      start({ protocol: 'http/json' }).write(`{"msg":"x","time":1800000000000,"time":${time}}`);
      push.write('{"msg":"y","time":1800000000000}');
      await push.flush(5_000);
      const [first, second] = receiver.logs();
      expect(first?.timeUnixNano).toBeGreaterThanOrEqual(before);
      expect(first?.timeUnixNano).toBe(first?.observedTimeUnixNano);
      expect(second?.timeUnixNano).toBe(1_800_000_000_000_000_000n);
    },
  );

  it.each([
    { time: '2027-01-15T08:00:00.123Z', nanos: 1_800_000_000_123_000_000n },
    { time: '2027-01-15T09:00:00.123456789+01:00', nanos: 1_800_000_000_123_456_789n },
    { time: '2027-01-15T08:00:00Z', nanos: 1_800_000_000_000_000_000n },
    { time: 1_800_000_000, nanos: 1_800_000_000_000_000_000n },
    { time: 1_800_000_000.5, nanos: 1_800_000_000_500_000_000n },
  ])('takes $time, which a `timestamp` of pino writes, for the time of the line', async ({ time, nanos }) => {
    start().write(JSON.stringify({ time, msg: 'x' }));
    await push.flush(5_000);
    expect(receiver.logs()[0]?.timeUnixNano).toBe(nanos);
  });

  it('finds message and error under the names that the service has for them', async () => {
    start({}, { keys: { message: 'message', error: 'error' } });
    push.write(
      JSON.stringify({ message: 'said', msg: 'else', err: 1, error: { type: 'E', message: 'm', code: 7 } }),
    );
    await push.flush(5_000);
    expect(receiver.logs()).toMatchObject([
      {
        body: 'said',
        attributes: {
          'exception.type': 'E',
          'exception.message': 'm',
          error: { code: 7 },
          msg: 'else',
          err: 1,
        },
      },
    ]);
  });

  it.each<[string, unknown, object]>([
    ['a text', 'no funds', { err: 'no funds' }],
    [
      'an error without more',
      { type: 'E', message: 'm' },
      { 'exception.type': 'E', 'exception.message': 'm' },
    ],
    ['an error of numbers', { type: 7, code: 8 }, { err: { code: 8 } }],
    ['null', null, { err: null }],
  ])('says what it says of an error that is %s', async (_what, err, attributes) => {
    start().write(JSON.stringify({ msg: 'x', err }));
    await push.flush(5_000);
    expect(receiver.logs()[0]?.attributes).toEqual(attributes);
  });

  it.each(['fffffffffff', '1', 'zz', 1])(
    'has no flags when a field of the app says that they are %s',
    async (flags) => {
      start().write(JSON.stringify({ msg: 'x', trace_flags: flags }));
      await push.flush(5_000);
      expect(receiver.logs()[0]?.flags ?? 0).toBe(0);
    },
  );

  it('sends what there is after the delay, and again after the next', async () => {
    start({}, { scheduleDelayMs: 1 }).write(line);
    await receiver.waitFor((each) => each.logs().length === 1);
    push.write(line);
    await receiver.waitFor((each) => each.logs().length === 2);
    expect(receiver.requests()).toHaveLength(2);
  });

  it('sends after the delay what is written while a test has fake timers, and what is written after them', async () => {
    start({}, { scheduleDelayMs: 1 });
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    push.write(line);
    vi.useRealTimers();
    await receiver.waitFor((each) => each.logs().length === 1);
    push.write(line);
    await receiver.waitFor((each) => each.logs().length === 2);
    expect(receiver.requests()).toHaveLength(2);
  });

  it('takes no id that is none', async () => {
    start().write(JSON.stringify({ msg: 'm', trace_id: 'x', span_id: 5, trace_flags: null, time: 'late' }));
    await push.flush(5_000);
    expect(receiver.logs()).toMatchObject([{ traceId: '', spanId: '', flags: 0 }]);
  });

  it('sends full batches at once, and counts lines for which there is no room', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    start({}, { maxExportBatchSize: 2, maxQueueSize: 5 });
    for (let n = 0; n < 8; n++) push.write(line);
    await receiver.waitFor(() => receiver.requests().length === 1);
    expect(push.stats()).toMatchObject({ queued: 5, dropped: { full: 3 } });
  });

  it('collects lines until a batch of them is full, and no longer', async () => {
    start({}, { maxExportBatchSize: 3 });
    for (let n = 0; n < 4; n++) push.write(line);
    await receiver.waitFor((each) => each.logs().length === 3);
    expect(receiver.requests()).toHaveLength(1);
    push.write(line);
    await push.flush(5_000);
    expect(receiver.requests()).toHaveLength(2);
    expect(receiver.logs()).toHaveLength(5);
  });

  it('sends lines that are long together at a mebibyte, though there is room for more of them', async () => {
    start().write('x'.repeat(1_048_575));
    push.write('y');
    push.write('z');
    await receiver.waitFor((each) => each.logs().length === 2);
    await push.flush(5_000);
    expect(receiver.logs().map(({ body }) => body === 'x'.repeat(1_048_575) || body)).toEqual([
      true,
      'y',
      'z',
    ]);
    expect(receiver.requests()).toHaveLength(2);
  });

  it('goes as protobuf where grpc is asked for, and says so', async () => {
    start({ protocol: 'grpc', url: receiver.url }).write(line);
    await push.flush(5_000);
    expect(receiver.logs()).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_PROTOCOL' }]);
  });

  it('hands out what waits for the end of the process', () => {
    start().write(line);
    const [post] = push.drain();
    expect(post?.request).toMatchObject({
      url: `${receiver.url}/v1/logs`,
      headers: { 'content-type': 'application/x-protobuf' },
    });
    post?.settled(true);
    expect(push.stats()).toMatchObject({ queued: 0, exported: 1 });
    sendSync([], 1_000);
  });
});

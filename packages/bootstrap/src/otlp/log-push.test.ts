import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
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
      resource: { 'service.name': 'shop' },
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

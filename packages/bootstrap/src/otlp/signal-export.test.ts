import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportProblem } from './export-problems.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';
import { createSignalExport } from './signal-export.ts';
import type { SignalExport } from './signal-export.ts';

let receiver: OtlpReceiver;
let out: SignalExport;
let problems: ExportProblem[];
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  problems = [];
});
afterEach(async () => {
  await out.sender.shutdown(0);
  await receiver.close();
});

function start(protocol: 'http/protobuf' | 'http/json' | 'grpc', url: string): SignalExport {
  out = createSignalExport({
    signal: 'logs',
    target: { url, headers: {}, protocol, compression: 'none', timeoutMs: 5_000 },
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    maxItems: 10,
    onProblem: (problem) => problems.push(problem),
  });
  return out;
}

describe('createSignalExport', () => {
  it.each(['http/protobuf', 'http/json'] as const)(
    'counts as failed what cannot be written as %s, and sends the next',
    async (protocol) => {
      start(protocol, `${receiver.url}/v1/logs`);
      const broken = {
        get severityText(): never {
          throw new Error('in the getter');
        },
      };
      out.enqueue([broken, broken], 2);
      out.enqueue([{ severityText: 'warn' }], 1);
      await out.sender.flush(5_000);
      expect(receiver.logs()).toMatchObject([{ severityText: 'warn' }]);
      expect(out.sender.stats()).toMatchObject({ exported: 1, dropped: { failed: 2 } });
    },
  );

  it('counts what is taken out of it as exported or as lost, as it is told', () => {
    receiver.answerWith({ misbehave: 'silent' });
    start('http/protobuf', `${receiver.url}/v1/logs`);
    for (const count of [1, 2]) out.enqueue([{ severityText: 'warn' }], count);
    const [first, second] = out.drain();
    first?.settled(true);
    second?.settled(false);
    expect(out.sender.stats()).toMatchObject({ queued: 0, exported: 1, dropped: { deadline: 2 } });
    expect(first?.request.url).toBe(`${receiver.url}/v1/logs`);
  });

  it.each([
    { url: 'http://127.0.0.1:4317', instead: 'http://127.0.0.1:4318/v1/logs' },
    { url: 'http://127.0.0.1:1/mine', instead: 'http://127.0.0.1:1/mine' },
  ])('sends to $instead when grpc is asked for at $url, and says so', ({ url, instead }) => {
    start('grpc', url).enqueue([{ severityText: 'warn' }], 1);
    expect(problems).toMatchObject([
      {
        code: 'SIGHTLINE_EXPORT_PROTOCOL',
        message: expect.stringContaining(`they go to ${instead} as http/protobuf`),
      },
    ]);
    expect(out.drain()[0]?.request.url).toBe(instead);
  });
});

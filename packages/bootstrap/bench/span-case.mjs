/** One case of `span.bench.ts`, in a process of its own: prints ns of CPU time for each span. */
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

import { isServerError, serverSpanDynamics, serverSpanName, serverSpanStatics } from '@sightline/http';
import { createRedactor } from '@sightline/redact';
import { createAttributeCensor } from '../src/otlp/attribute-censor.ts';
import { createEncodedBatch } from '../src/traces/encoded-batch.ts';
import { createIdSource } from '../src/traces/ids.ts';
import { defaultSpanLimits } from '../src/traces/limits.ts';
import { createSampler } from '../src/traces/sampler.ts';
import { httpServerSpan } from '../src/traces/server-span-facts.ts';

import { createSpanClock } from '../src/traces/span-clock.ts';
import { createSpanEncoder } from '../src/traces/span-encoder.ts';
import { createSpanPipeline, defaultBias } from '../src/traces/span-pipeline.ts';
import { createSpanProcessors } from '../src/traces/span-processors.ts';

import { createTraceHolder, holderLimits } from '../src/traces/trace-holder.ts';
import { createTracer } from '../src/traces/tracer.ts';

const BATCH = 512;
const WARM_UP = 30_000;
const SPANS = 60_000;

const [library, shape, head] = process.argv.slice(2);
const resource = resourceFromAttributes({ 'service.name': 'bench', 'service.version': '1.0.0' });
const redactor = createRedactor();
let sent = 0;

/** The SDK with its batch processor; the exporter serializes and lets the bytes go. */
function sdkTracer() {
  const exporter = {
    export(spans, done) {
      sent += ProtobufTraceSerializer.serializeRequest(spans)?.length ?? 0;
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const root = head === 'on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: 4 * BATCH,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: 1,
  });
  return new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root }),
    spanProcessors: [processor],
  }).getTracer('bench', '1.0.0');
}

/** Ours; full batches are put together and let go. */
function ourTracer() {
  const censor = createAttributeCensor(redactor);
  const batch = createEncodedBatch(createSpanEncoder(censor, redactor, httpServerSpan), resource);
  const flush = () => {
    if (batch.count >= BATCH) sent += batch.seal().body.length;
  };
  const queue = {
    takesRecords: true,
    collected: 0,
    add(span) {
      batch.add(span);
      flush();
    },
    addRequest(span, record) {
      batch.addRequest(span, record);
      flush();
    },
    seal: () => undefined,
  };
  const clock = createSpanClock();
  const processors = createSpanProcessors([], () => undefined);
  const pipeline = createSpanPipeline({
    queue,
    processors,
    holder: createTraceHolder(holderLimits, clock.nowMs),
    bias: defaultBias,
    serverSpan: httpServerSpan,
    redactor,
    view: () => {
      throw new Error('nobody looks');
    },
  });
  return createTracer({
    origin: {
      scope: { name: 'bench', version: '1.0.0' },
      resource,
      limits: defaultSpanLimits,
      clock,
      ...pipeline,
    },
    ids: createIdSource(),
    sampler: createSampler({ name: head === 'on' ? 'parentbased_always_on' : 'parentbased_always_off' }),
    recordsUnsampled: true,
    processors,
    isActive: () => true,
  });
}

const kind = {
  method: 'GET',
  route: '/api/:tenant/orders/:id',
  status: 200,
  errorType: undefined,
  scheme: 'http',
  protocolVersion: '1.1',
};

const record = {
  kind,
  startTimeMs: Date.now(),
  durationSeconds: 0.002,
  requestId: 'req-1',
  method: 'GET',
  target: '/api/acme/orders/1234567?expand=lines',
  headers: {
    host: 'shop.example.com',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  },
  serverAddress: 'shop.example.com',
  serverPort: 443,
  clientAddress: undefined,
  peerAddress: undefined,
  requestBodyBytes: 0,
  responseBodyBytes: 2,
  error: undefined,
  aborted: false,
  slow: false,
};

const parent = trace.setSpan(
  ROOT_CONTEXT,
  trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: head === 'on' ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  }),
);

const tracer = library === 'sdk' ? sdkTracer() : ourTracer();
const SERVER = { kind: SpanKind.SERVER };

function bare() {
  tracer.startSpan('work', {}, parent).end();
}

function database() {
  const attributes = {
    'db.system.name': 'postgresql',
    'db.namespace': 'shop',
    'db.query.text': 'SELECT id, total, status FROM orders WHERE tenant = $1 AND id = $2',
    'server.address': 'db.example.com',
    'server.port': 5432,
  };
  const span = tracer.startSpan('SELECT orders', { kind: SpanKind.CLIENT, attributes }, parent);
  span.setAttribute('db.response.returned_rows', 1);
  span.end();
}

function request() {
  const span = tracer.startSpan('GET', SERVER, parent);
  if ('endRequest' in span) {
    span.endRequest(record);
    return;
  }
  for (const [key, value] of serverSpanStatics(kind)) span.setAttribute(key, value);
  serverSpanDynamics(record, redactor, (key, value) => span.setAttribute(key, value));
  span.updateName(serverSpanName(kind));
  if (isServerError(kind)) throw new Error('it did not fail');
  span.end();
}

const once = { bare, database, request }[shape];

/** The SDK's batch processor works between turns, so there are some. */
async function run(count) {
  for (let done = 0; done < count; done += BATCH) {
    for (let index = 0; index < BATCH; index++) once();
    // oxlint-disable-next-line no-await-in-loop -- one batch a turn
    await new Promise((resolve) => setImmediate(resolve));
    // oxlint-disable-next-line no-await-in-loop -- the delay of the SDK's batches
    if (library === 'sdk') await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

await run(WARM_UP);
const times = [];
for (let round = 0; round < 5; round++) {
  const before = process.threadCpuUsage();
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  await run(SPANS);
  const { user, system } = process.threadCpuUsage(before);
  times.push(((user + system) * 1_000) / SPANS);
}
process.stdout.write(JSON.stringify({ ns: times.toSorted((a, b) => a - b)[2], sent }));
process.exit(0);

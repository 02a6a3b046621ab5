import { describe, expect, it } from 'vitest';
import { PEM, load } from './load-config.fixture.ts';
import { surroundingsOf } from './surroundings.ts';

describe('loadConfig without anything', () => {
  it('has the defaults of the documentation', () => {
    const { config, told } = load();
    expect(told).toEqual([]);
    expect(config).toMatchObject({
      enabled: true,
      strict: false,
      traces: {
        enabled: true,
        exporters: ['otlp'],
        otlp: {
          url: 'http://localhost:4318/v1/traces',
          headers: {},
          protocol: 'http/protobuf',
          compression: 'none',
          timeoutMs: 10_000,
        },
        sampler: { name: 'parentbased_always_on', ratio: 1 },
        bias: { errors: true, slow: true },
        limits: { attributeCount: 128, attributeValueLength: 16_384, eventCount: 128, linkCount: 128 },
        batch: {
          maxQueueSize: 2048,
          maxExportBatchSize: 512,
          scheduleDelayMs: 5000,
          exportTimeoutMs: 30_000,
        },
      },
      metrics: { page: true, push: false, runtime: true, exemplars: true, intervalMs: 60_000 },
      logs: {
        stdout: true,
        push: false,
        batch: { scheduleDelayMs: 1000 },
        keys: { message: 'msg', error: 'err' },
        logger: {},
      },
      propagators: ['tracecontext', 'baggage'],
      admin: {
        enabled: true,
        host: '0.0.0.0',
        port: 9464,
        token: undefined,
        debug: { cpuProfile: false, heapSnapshot: false },
      },
      shutdown: {
        deadlineMs: 5000,
        drain: true,
        drainDelayMs: 0,
        drainDeadlineMs: 10_000,
        hookTimeoutMs: 3000,
      },
      plugins: [],
      diagnosticLevel: undefined,
      problems: [],
    });
  });

  it('is frozen', () => {
    const { config } = load();
    for (const part of [config, config.traces, config.traces.otlp.headers, config.admin, config.resource]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('variables', () => {
  it('count as unset when they are empty or blank', () => {
    const { config, told } = load({
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      OTEL_BSP_MAX_QUEUE_SIZE: ' ',
      OTEL_TRACES_EXPORTER: '',
      OTEL_SDK_DISABLED: '',
    });
    expect([config.enabled, config.traces.batch.maxQueueSize, told]).toEqual([true, 2048, []]);
  });

  it.each([
    ['true', false],
    ['TRUE', false],
    ['false', true],
    ['1', true],
  ])('OTEL_SDK_DISABLED=%s leaves it on: %s', (value, enabled) => {
    expect(load({ OTEL_SDK_DISABLED: value }).config.enabled).toBe(enabled);
  });

  it.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://collector/base', 'https://collector/base/v1/traces'],
    ['https://collector/base/', 'https://collector/base/v1/traces'],
  ])('of all signals, endpoint %s, is a base: %s', (endpoint, url) => {
    expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).config.traces.otlp.url).toBe(url);
  });

  it.each([
    ['http://collector:4318', 'http://collector:4318/'],
    ['http://collector:4318/custom/', 'http://collector:4318/custom/'],
  ])('of one signal, endpoint %s, are taken as they are: %s', (endpoint, url) => {
    const { config } = load({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:1',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    });
    expect(config.traces.otlp.url).toBe(url);
    expect(config.metrics.otlp.url).toBe('http://other:1/v1/metrics');
  });

  it('of a signal beat those of all', () => {
    const { config, told } = load(
      {
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'Authorization=Bearer%20x%2Cy== , b = 2',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
        OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '3000',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
        OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/key.pem',
        OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/cert.pem',
      },
      {},
      { '/ca.pem': PEM, '/key.pem': PEM, '/cert.pem': PEM },
    );
    expect(told).toEqual([]);
    expect(config.traces.otlp).toMatchObject({
      headers: { authorization: 'Bearer x,y==', b: '2' },
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs: 3000,
      tls: { ca: PEM, key: PEM, cert: PEM },
    });
    expect(config.logs.otlp).toMatchObject({
      headers: { a: '1' },
      protocol: 'http/json',
      compression: 'gzip',
      timeoutMs: 2000,
      tls: { ca: PEM },
    });
  });

  it('bound an attempt by the shorter of the times of an export and of OTLP', () => {
    const attempts = (env: Record<string, string>, options: object = {}) => {
      const { traces, metrics, logs } = load(env, options).config;
      return [traces, metrics, logs].map(({ otlp }) => otlp.timeoutMs);
    };
    const exports = {
      OTEL_BSP_EXPORT_TIMEOUT: '1000',
      OTEL_METRIC_EXPORT_TIMEOUT: '2000',
      OTEL_BLRP_EXPORT_TIMEOUT: '3000',
    };
    expect(attempts(exports)).toEqual([1000, 2000, 3000]);
    expect(attempts(exports, { otlp: { timeoutMs: 1500 } })).toEqual([1000, 1500, 1500]);
    expect(attempts({ OTEL_EXPORTER_OTLP_TIMEOUT: '60000' })).toEqual([30_000, 30_000, 30_000]);
  });

  it.each([
    [{}, 'http://localhost:4317/', 'http://localhost:4318/v1/logs'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317' }, 'http://c:4317/', 'http://c:4318/v1/logs'],
  ])('ask for gRPC for traces, and %j: traces go to %s, logs to %s', (env, traces, logs) => {
    const grpc = { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { config, told } = load(grpc);
    expect(told).toEqual([]);
    expect(config.traces.otlp).toMatchObject({ protocol: 'grpc', url: traces });
    expect(config.logs.otlp).toMatchObject({ protocol: 'http/protobuf', url: logs });
    expect(load({ ...grpc, OTEL_LOGS_EXPORTER: 'otlp' }).told[0]?.message).toContain(
      'logs go over http/protobuf',
    );
  });

  it('with a percent sign in the credentials keep it', () => {
    const { config } = load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://ada:100%@collector:4318' });
    const { url, headers } = config.traces.otlp;
    expect(url).toBe('http://collector:4318/v1/traces');
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('ada:100%').toString('base64')}`);
  });

  it('of the resource may have commas to spare', () => {
    const { config, told } = load({ OTEL_RESOURCE_ATTRIBUTES: ',team=a,,zone=x, ,' });
    expect(config.resource.attributes).toEqual({ team: 'a', zone: 'x' });
    expect(told).toEqual([]);
  });

  it('with credentials in the URL become a header', () => {
    const { url, headers } = load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://ada:p%40ss@c/x' }).config.traces
      .otlp;
    expect(url).toBe('https://c/x/v1/traces');
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}` });
  });

  it.each([
    ['always_on', '1', { name: 'always_on', ratio: 1 }],
    ['always_off', undefined, { name: 'always_off', ratio: 0 }],
    ['traceidratio', '0.25', { name: 'traceidratio', ratio: 0.25 }],
    ['traceidratio', undefined, { name: 'traceidratio', ratio: 1 }],
    ['parentbased_traceidratio', '.01', { name: 'parentbased_traceidratio', ratio: 0.01 }],
    ['parentbased_always_off', undefined, { name: 'parentbased_always_off', ratio: 0 }],
    ['PARENTBASED_ALWAYS_ON', undefined, { name: 'parentbased_always_on', ratio: 1 }],
  ])('OTEL_TRACES_SAMPLER=%s with argument %s', (sampler, argument, expected) => {
    const { config, told } = load({
      OTEL_TRACES_SAMPLER: sampler,
      ...(argument !== undefined && { OTEL_TRACES_SAMPLER_ARG: argument }),
    });
    expect(told).toEqual([]);
    expect(config.traces.sampler).toMatchObject(expected);
    expect(config.traces.bias.errors).toBe(!sampler.includes('off'));
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'none' }, { traces: { enabled: false, exporters: [] } }],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp,otlp' }, { traces: { exporters: ['console', 'otlp'] } }],
    [{ OTEL_METRICS_EXPORTER: 'none' }, { metrics: { enabled: false, page: false, push: false } }],
    [{ OTEL_METRICS_EXPORTER: 'otlp' }, { metrics: { enabled: true, page: true, push: true } }],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, { metrics: { page: true, push: false } }],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, { logs: { stdout: true, push: true } }],
    [{ OTEL_LOGS_EXPORTER: 'none' }, { logs: { stdout: true, push: false } }],
    [{ OTEL_METRICS_EXEMPLAR_FILTER: 'always_off' }, { metrics: { exemplars: false } }],
    [{ OTEL_PROPAGATORS: 'none' }, { propagators: [], http: { propagation: 'api' } }],
    [
      { OTEL_PROPAGATORS: 'baggage,tracecontext' },
      { propagators: ['baggage', 'tracecontext'], http: { propagation: 'w3c' } },
    ],
    [{ OTEL_LOG_LEVEL: 'DEBUG' }, { diagnosticLevel: 'debug' }],
    [
      { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_PROMETHEUS_HOST: '::1' },
      { admin: { port: 0, host: '::1' } },
    ],
    [{ SIGHTLINE_ADMIN_DISABLED: 'true' }, { admin: { enabled: false } }],
    [
      { SIGHTLINE_ADMIN_DEBUG: 'cpuprofile' },
      { admin: { debug: { cpuProfile: true, heapSnapshot: false } } },
    ],
    [
      { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg, redis' },
      { instrumentations: { without: ['pg', 'redis'] } },
    ],
    [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'pg' }, { instrumentations: { only: ['pg'] } }],
    [{ OTEL_NODE_RESOURCE_DETECTORS: 'none' }, { resource: { detectors: [] } }],
    [{ OTEL_NODE_RESOURCE_DETECTORS: 'host,process' }, { resource: { detectors: ['host', 'process'] } }],
    [
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '9', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '7' },
      { traces: { limits: { attributeCount: 7 } }, logs: { limits: { attributeCount: 9 } } },
    ],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: '100' },
      { traces: { batch: { maxQueueSize: 100, maxExportBatchSize: 100 } } },
    ],
    [{ OTEL_BLRP_SCHEDULE_DELAY: '7' }, { logs: { batch: { scheduleDelayMs: 7 } } }],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '500' }, { metrics: { intervalMs: 500 } }],
  ])('%j', (env, expected) => {
    const { config, told } = load(env);
    expect(told).toEqual([]);
    expect(config).toMatchObject(expected);
  });

  it('of the resource are decoded, and OTEL_SERVICE_NAME beats them', () => {
    const { config } = load({
      OTEL_RESOURCE_ATTRIBUTES:
        'service.name=a, team = pay%2Cments ,service.version=1,deployment.environment=test',
      OTEL_SERVICE_NAME: 'shop',
    });
    expect(config.resource.attributes).toEqual({
      'service.name': 'shop',
      'service.version': '1',
      team: 'pay,ments',
      'deployment.environment': 'test',
      'deployment.environment.name': 'test',
    });
  });

  it('of the resource count not at all when one does not decode', () => {
    const { config, told } = load({ OTEL_RESOURCE_ATTRIBUTES: 'team=a,bad=%zz' });
    expect(config.resource.attributes).toEqual({});
    expect(told[0]?.message).toContain('OTEL_RESOURCE_ATTRIBUTES');
  });
});

describe('the port of the admin server', () => {
  it.each([
    { env: {}, instance: 2, port: 9466 },
    { env: { OTEL_EXPORTER_PROMETHEUS_PORT: '7000' }, instance: 1, port: 7001 },
    { env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' }, instance: 1, port: 0 },
    { env: { OTEL_EXPORTER_PROMETHEUS_PORT: '65535' }, instance: 3, port: 65_535 },
  ])('of process $instance with $env is $port', ({ env, instance, port }) => {
    expect(load(env, {}, {}, { instance }).config.admin.port).toBe(port);
  });
});

describe('the end of the process', () => {
  it.each([
    [{ isKubernetes: true }, { drainDelayMs: 5000, drainDeadlineMs: 10_000 }],
    [{ isTerminal: true }, { drainDelayMs: 0, drainDeadlineMs: 1000 }],
    [{}, { drainDelayMs: 0, drainDeadlineMs: 10_000 }],
  ])('with %j has the times %j', (surroundings, shutdown) => {
    expect(load({}, {}, {}, surroundings).config).toMatchObject({ shutdown });
  });

  it('is as variables say, and as code says before them', () => {
    const env = {
      SIGHTLINE_DRAIN_DELAY_MS: '20000',
      SIGHTLINE_DRAIN_DEADLINE_MS: '0',
      SIGHTLINE_DRAIN_DISABLED: 'true',
    };
    const { config, told } = load(env, {}, {}, { isKubernetes: true });
    expect(told).toEqual([]);
    expect(config.shutdown).toMatchObject({ drain: false, drainDelayMs: 20_000, drainDeadlineMs: 0 });
    const shutdown = { drain: true, drainDelayMs: 1, drainDeadlineMs: 2, hookTimeoutMs: 3, deadlineMs: 4 };
    expect(load(env, { shutdown }).config.shutdown).toEqual(shutdown);
  });

  it('does not take a time that is none', () => {
    const { config, told } = load({ SIGHTLINE_DRAIN_DELAY_MS: '5s' });
    expect(config.shutdown.drainDelayMs).toBe(0);
    expect(told[0]?.message).toContain('SIGHTLINE_DRAIN_DELAY_MS');
  });

  it('is in Kubernetes where its service is in the environment', () => {
    expect(surroundingsOf({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })).toEqual({
      isKubernetes: true,
      isTerminal: false,
      instance: 0,
    });
    expect(surroundingsOf({})).toMatchObject({ isKubernetes: false });
  });
});

describe('code', () => {
  it('beats the environment, which beats the default', () => {
    const { config, told } = load(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://env:1',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://env:2/t',
        OTEL_SERVICE_NAME: 'env',
        OTEL_EXPORTER_PROMETHEUS_PORT: '1',
        OTEL_TRACES_SAMPLER: 'always_off',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_BSP_SCHEDULE_DELAY: '1',
        SIGHTLINE_ADMIN_DISABLED: 'true',
      },
      {
        service: { name: 'code', environment: 'staging' },
        resourceAttributes: { team: 'a', 'service.name': 'less' },
        otlp: { endpoint: 'http://code:3', headers: { Authorization: 'x' } },
        traces: { exporters: ['otlp'], sampler: { ratio: 0.5 }, batch: { scheduleDelayMs: 2 }, timeoutMs: 5 },
        metrics: { exporters: ['otlp'], endpoint: 'http://code:4/m' },
        logs: { exporters: [], level: 'debug', logger: { messageKey: 'message' } },
        admin: { enabled: true, port: 2 },
      },
    );
    expect(told).toEqual([]);
    expect(config).toMatchObject({
      resource: {
        attributes: { 'service.name': 'code', 'deployment.environment.name': 'staging', team: 'a' },
      },
      traces: {
        exporters: ['otlp'],
        otlp: { url: 'http://code:3/v1/traces', headers: { authorization: 'x' }, timeoutMs: 5 },
        sampler: { name: 'parentbased_traceidratio', ratio: 0.5 },
        batch: { scheduleDelayMs: 2 },
      },
      metrics: { page: false, push: true, otlp: { url: 'http://code:4/m' } },
      logs: { stdout: false, push: false, logger: { level: 'debug', messageKey: 'message' } },
      admin: { enabled: true, port: 2 },
    });
  });
});

import { describe, expect, it, vi } from 'vitest';
import { loadConfig } from './config.ts';
import { PEM, load } from './load-config.fixture.ts';
import { configForStatus } from './status.ts';

/** Wrong, each with the secret that must not be seen. */
const WRONG: Record<string, string> = {
  OTEL_CONFIG_FILE: '/etc/otel-hunter2.yaml',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318/hunter2',
  OTEL_EXPORTER_OTLP_HEADERS: 'hunter2hunter2',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=%0d%0ahunter2',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/yaml',
  OTEL_EXPORTER_OTLP_COMPRESSION: 'brotli',
  OTEL_EXPORTER_OTLP_TIMEOUT: '10s hunter2',
  OTEL_EXPORTER_OTLP_CERTIFICATE: '/hunter2.pem',
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  OTEL_TRACES_SAMPLER: 'jaeger_remote',
  OTEL_TRACES_EXPORTER: 'zipkin',
  OTEL_METRICS_EXPORTER: 'console',
  OTEL_LOGS_EXPORTER: 'hunter2 secret',
  OTEL_METRICS_EXEMPLAR_FILTER: 'always_on',
  OTEL_BSP_MAX_QUEUE_SIZE: '0',
  OTEL_BSP_EXPORT_TIMEOUT: '1e3',
  OTEL_PROPAGATORS: 'b3,xray',
  OTEL_RESOURCE_ATTRIBUTES: 'hunter2',
  OTEL_NODE_RESOURCE_DETECTORS: 'gcp',
  OTEL_LOG_LEVEL: 'loud',
  OTEL_SDK_DISABLED: 'hunter2',
  OTEL_EXPORTER_PROMETHEUS_PORT: '70000',
  SIGHTLINE_ADMIN_TOKEN: 'hunter2',
  SIGHTLINE_ADMIN_DEBUG: 'all',
};

describe('what is wrong', () => {
  it('is told at once, each with its name, without a value that may be a secret', () => {
    const { config, told } = load(WRONG, {
      traces: { sampler: { ratio: 7 }, endpoint: 'hunter2' },
      servce: {},
      admin: { token: 'hunter2' },
    });
    expect(told).toHaveLength(1);
    expect(told[0]?.code).toBe('SIGHTLINE_OPTIONS');
    for (const name of [
      ...Object.keys(WRONG),
      'traces.sampler.ratio',
      'traces.endpoint',
      'admin.token',
      'servce',
    ]) {
      expect(told[0]?.message).toContain(name);
    }
    expect(told[0]?.message).not.toContain('hunter2');
    expect(told[0]?.fix).toContain('did you mean "service"?');
    expect(config.problems.length).toBeGreaterThanOrEqual(Object.keys(WRONG).length);
    expect(JSON.stringify(config.problems)).not.toContain('hunter2');
  });

  it('leaves the defaults in its place', () => {
    const { problems: _, ...config } = load(WRONG, { traces: { sampler: { ratio: 7 } } }).config;
    const { problems: _none, ...expected } = load().config;
    expect(config).toEqual(expected);
  });

  it('refuses to start when strict, with all of it in one error', () => {
    let thrown: unknown;
    try {
      load({ ...WRONG, SIGHTLINE_STRICT: 'true' }, { servce: {} });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'SIGHTLINE_OPTIONS' });
    for (const name of [...Object.keys(WRONG), 'servce']) expect(String(thrown)).toContain(name);
  });

  it('names what the logger finds wrong with the rest when strict, and else leaves it to the logger to tell', () => {
    const env = { LOG_LEVEL: 'hunter2', OTEL_TRACES_SAMPLER: 'jaeger_remote' };
    const options = { logs: { logger: { levels: { db: 'loud' } } } };
    const { config, told } = load(env, options);
    expect(told.map(String).join()).not.toContain('LOG_LEVEL');
    for (const name of ['LOG_LEVEL', 'levels.db', 'OTEL_TRACES_SAMPLER'])
      expect(config.problems.join()).toContain(name);
    expect(config.problems.join()).not.toContain('hunter2');
    expect(() => load({ ...env, SIGHTLINE_STRICT: 'true' }, options)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/(?=.*LOG_LEVEL)(?=.*levels\.db)(?=.*OTEL_TRACES_SAMPLER)/s) as string,
      }) as Error,
    );
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a batch that is larger than the queue',
      { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3000' },
      ['is 3000, more than the 2048'],
    ],
    ['a number below the least', { OTEL_BSP_MAX_QUEUE_SIZE: '0' }, ['is 0', 'from 1 to 1000000']],
    [
      'a limit that is none',
      { OTEL_ATTRIBUTE_COUNT_LIMIT: '-1' },
      ['a text of 2 characters', 'of at least 0'],
    ],
    ['one header', { OTEL_EXPORTER_OTLP_HEADERS: 'a=b,c' }, ['1 part that is no header']],
    ['headers', { OTEL_EXPORTER_OTLP_HEADERS: 'a,b=c,d' }, ['2 parts that are no headers']],
    [
      'a share that no sampler reads',
      { OTEL_TRACES_SAMPLER_ARG: '0.01' },
      [
        'OTEL_TRACES_SAMPLER_ARG is set',
        'parentbased_always_on does not read it',
        'set OTEL_TRACES_SAMPLER=',
      ],
    ],
    [
      'a share beside another sampler',
      { OTEL_TRACES_SAMPLER: 'always_off', OTEL_TRACES_SAMPLER_ARG: '0.01' },
      ['the sampler always_off does not read it'],
    ],
    [
      'a sampler that is unknown, and not of its argument',
      { OTEL_TRACES_SAMPLER: 'jaeger_remote', OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://jaeger:14250' },
      [
        "SIGHTLINE_OPTIONS: OTEL_TRACES_SAMPLER names 'jaeger_remote', which is not supported. Expected: OTEL_TRACES_SAMPLER: ",
      ],
    ],
    [
      'grpc for the logs alone',
      { OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc' },
      ['OTEL_EXPORTER_OTLP_LOGS_PROTOCOL or the option is grpc'],
    ],
    [
      'grpc for all signals',
      { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      ['OTEL_EXPORTER_OTLP_PROTOCOL or the option is grpc', 'so that metrics go over http/protobuf'],
    ],
  ])('is said of %s in words', (_what, env, said) => {
    const { told } = load(env);
    expect(told).toHaveLength(1);
    for (const part of said) expect(told[0]?.message).toContain(part);
  });

  it.each<[string, Record<string, string>, unknown]>([
    ['says the same', { OTEL_TRACES_SAMPLER: 'parentbased_always_on', OTEL_TRACES_SAMPLER_ARG: '1.0' }, {}],
    ['is empty', { OTEL_TRACES_SAMPLER_ARG: '' }, {}],
    ['code has the better of', { OTEL_TRACES_SAMPLER_ARG: '0.5' }, { traces: { sampler: { ratio: 0.1 } } }],
  ])('is not an argument of a sampler that %s', (_what, env, options) => {
    expect(load(env, options).told).toEqual([]);
  });

  it('is a warning of the process when nobody else is to be told', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    loadConfig({}, { env: { OTEL_BSP_MAX_QUEUE_SIZE: 'x' } });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE'), {
      type: 'SightlineWarning',
      code: 'SIGHTLINE_OPTIONS',
    });
    warn.mockRestore();
  });

  it('may be an instrumentation that cannot be enabled', () => {
    const { config, told } = load({}, { instrumentations: [{ enable: 'no' }, 7, null] });
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain('instrumentations[0]');
    expect(config.instrumentations.added).toEqual([]);
  });

  it('is not what an options object itself throws, which is its caller’s', () => {
    const options = {
      get traces(): never {
        throw new RangeError('in a getter');
      },
    };
    expect(() => load({}, options)).toThrow(RangeError);
  });

  it.each([[null], [7], ['text'], [[]]])('may be the options themselves: %j', (options) => {
    const { config, told } = load({}, options);
    expect(told).toHaveLength(1);
    expect(config.admin.port).toBe(9464);
  });
});

describe('configForStatus', () => {
  it('names what was brought, and says what is code', () => {
    const added = { instrumentationName: '@acme/queue', enable() {} };
    const { config, told } = load({}, { instrumentations: [added], http: { ignore: () => false } });
    expect(told).toEqual([]);
    expect(configForStatus(config)).toMatchObject({
      instrumentations: { added: ['@acme/queue'] },
      http: { ignore: 'a function' },
    });
  });

  it('shows what is in force, and no secret', () => {
    const { config } = load(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://u:hunter2@c/base?api_key=hunter2',
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=hunter2',
        SIGHTLINE_ADMIN_TOKEN: 'hunter2-hunter2-hunter2',
        OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
      },
      { redact: { keys: ['hunter2'] }, plugins: [{ name: 'mine' }], logs: { logger: { name: 'hunter2' } } },
      { '/key.pem': `${PEM}hunter2` },
    );
    const shown = configForStatus(config);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    expect(shown).toMatchObject({
      traces: {
        otlp: {
          endpoint: 'https://c/base/v1/traces',
          headerNames: ['authorization'],
          certificates: ['key'],
        },
      },
      admin: { hasToken: true, port: 9464 },
      plugins: ['mine'],
      redactOptions: expect.arrayContaining(['keys']),
    });
  });
});

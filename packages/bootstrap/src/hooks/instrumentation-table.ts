/** An instrumentation of OpenTelemetry's for a client of a database, a queue or RPC. */
export interface KnownInstrumentation {
  /** As `OTEL_NODE_ENABLED_INSTRUMENTATIONS` and `OTEL_NODE_DISABLED_INSTRUMENTATIONS` have it: `pg`. */
  readonly name: string;
  /** The modules that bring it in when the service loads one of them, and the versions that it knows. */
  readonly modules: Readonly<Record<string, string>>;
  readonly package: string;
  /** The class that the package exports. */
  readonly className: string;
}

/** What is loaded when the service loads a module that it is for, and not before: each takes some 50 ms. */
export const knownInstrumentations: readonly KnownInstrumentation[] = [
  {
    name: 'amqplib',
    modules: {
      amqplib: '>=0.5.5 <3',
      'amqplib/callback_api': '>=0.5.5 <3',
      'amqplib/callback_api.js': '>=0.5.5 <3',
    },
    package: '@opentelemetry/instrumentation-amqplib',
    className: 'AmqplibInstrumentation',
  },
  {
    name: 'grpc',
    modules: { '@grpc/grpc-js': '>=1.0.0 <2' },
    package: '@opentelemetry/instrumentation-grpc',
    className: 'GrpcInstrumentation',
  },
  {
    name: 'ioredis',
    modules: { ioredis: '>=2.0.0 <7' },
    package: '@opentelemetry/instrumentation-ioredis',
    className: 'IORedisInstrumentation',
  },
  {
    name: 'kafkajs',
    modules: { kafkajs: '>=0.3.0 <3' },
    package: '@opentelemetry/instrumentation-kafkajs',
    className: 'KafkaJsInstrumentation',
  },
  {
    name: 'mongodb',
    modules: { mongodb: '>=3.3.0 <8' },
    package: '@opentelemetry/instrumentation-mongodb',
    className: 'MongoDBInstrumentation',
  },
  {
    name: 'mysql2',
    modules: { mysql2: '>=1.4.2 <4', 'mysql2/promise': '>=1.4.2 <4', 'mysql2/promise.js': '>=1.4.2 <4' },
    package: '@opentelemetry/instrumentation-mysql2',
    className: 'MySQL2Instrumentation',
  },
  {
    name: 'pg',
    modules: { pg: '>=8.0.3 <9', 'pg-pool': '>=2.0.0 <4' },
    package: '@opentelemetry/instrumentation-pg',
    className: 'PgInstrumentation',
  },
  {
    name: 'redis',
    modules: { redis: '>=2.6.0 <7', '@redis/client': '>=1.0.0 <2 || >=5.0.0 <7' },
    package: '@opentelemetry/instrumentation-redis',
    className: 'RedisInstrumentation',
  },
];

/**
 * Instrumentations of OpenTelemetry's that are not here: whoever comes from its distribution may have turned them off.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-js-contrib/tree/main/packages/auto-instrumentations-node
 */
export const absentInstrumentations: ReadonlySet<string> = new Set([
  'aws-lambda',
  'aws-sdk',
  'bunyan',
  'cassandra-driver',
  'connect',
  'cucumber',
  'dataloader',
  'dns',
  'fs',
  'generic-pool',
  'graphql',
  'hapi',
  'knex',
  'lru-memoizer',
  'memcached',
  'mongoose',
  'mysql',
  'nestjs-core',
  'net',
  'openai',
  'oracledb',
  'pino',
  'restify',
  'runtime-node',
  'socket.io',
  'tedious',
  'winston',
]);

/** What is observed without an instrumentation of OpenTelemetry's, by the names that OpenTelemetry has for it. */
const ownInstrumentations = ['http', 'undici', 'express', 'fastify', 'koa', 'hono', 'router'] as const;

/** What the two lists of OpenTelemetry may name. */
export const instrumentationNames: readonly string[] = [
  ...knownInstrumentations.map(({ name }) => name),
  ...ownInstrumentations,
];

export { breakerCheck, breakerCheckOptionsSchema } from './breaker.ts';
export type { BreakerCheckOptions, BreakerSource, BreakerState } from './breaker.ts';
export { certificateCheck, certificateCheckOptionsSchema } from './certificate.ts';
export type { CertificateCheckOptions, CertificateDeps } from './certificate.ts';
export type { CgroupMemory, ReadText } from './cgroup-memory.ts';
export { diskSpaceCheck, diskSpaceCheckOptionsSchema } from './disk-space.ts';
export type { DiskSpaceCheckOptions, DiskSpaceDeps, FileSystemNumbers } from './disk-space.ts';
export { dnsCheck, dnsCheckOptionsSchema } from './dns.ts';
export type { DnsCheckOptions } from './dns.ts';
export { eventLoopCheck, eventLoopCheckOptionsSchema } from './event-loop.ts';
export type { DelayHistogram, EventLoopCheckOptions, EventLoopDeps } from './event-loop.ts';
export { httpCheck, httpCheckOptionsSchema } from './http.ts';
export type { HttpCheckOptions } from './http.ts';
export { kafkaCheck, kafkaCheckOptionsSchema } from './kafka.ts';
export type { KafkaAdmin, KafkaCheckOptions, KafkaClient, KafkaCluster } from './kafka.ts';
export { memoryCheck, memoryCheckOptionsSchema } from './memory.ts';
export type { MemoryCheckOptions, MemoryDeps } from './memory.ts';
export { mysqlCheck, mysqlCheckOptionsSchema } from './mysql.ts';
export type {
  MysqlCallbackClient,
  MysqlCheckOptions,
  MysqlConnection,
  MysqlPool,
  MysqlPoolConnection,
} from './mysql.ts';
export { poolCheck, poolCheckOptionsSchema } from './pool.ts';
export type { PoolCheckOptions } from './pool.ts';
export type { PgPool, PoolNumbers, TarnPool, WatchedPool } from './pool-numbers.ts';
export { postgresCheck, postgresCheckOptionsSchema } from './postgres.ts';
export type { PostgresCheckOptions, PostgresClient, PostgresPool, PostgresPoolClient } from './postgres.ts';
export { redisCheck, redisCheckOptionsSchema } from './redis.ts';
export type { IoRedisClient, NodeRedisClient, RedisCheckOptions } from './redis.ts';
export { tcpCheck, tcpCheckOptionsSchema } from './tcp.ts';
export type { TcpCheckOptions } from './tcp.ts';
export type { BuiltInCheck } from './timed-check.ts';

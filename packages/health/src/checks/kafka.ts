import { parseOptions } from '@sightline/errors';
import * as z from 'zod';
import { clientError, hasMethods } from './client-shape.ts';
import { failureText } from './failure-text.ts';
import { createOutstanding } from './outstanding.ts';
import { type BuiltInCheck, degraded, down, timedCheck, timeoutMsSchema, up } from './timed-check.ts';

/** Runs in the background this often [ms]: a client must connect anew for each run. */
const INTERVAL_MS = 15_000;
/** A cluster may be asked broker after broker. */
const TIMEOUT_MS = 5000;

export const kafkaCheckOptionsSchema = z.strictObject({
  /** It is degraded with fewer brokers in the cluster than this. */
  minBrokers: z.int().min(1).max(10_000).default(1),
  /** Longest wait for the answer, the connection included [ms]. It is not a probe that waits: it runs in the background. */
  timeoutMs: timeoutMsSchema.default(TIMEOUT_MS),
});
export type KafkaCheckOptions = z.input<typeof kafkaCheckOptionsSchema>;

/** What is used of what a cluster says about itself. */
export interface KafkaCluster {
  readonly brokers: readonly unknown[];
  readonly controller: number | null;
}

/** What is used of an admin of `kafkajs`; it must be connected. */
export interface KafkaAdmin {
  describeCluster(): Promise<KafkaCluster>;
}

/** What is used of a `Kafka` of `kafkajs`. */
export interface KafkaClient {
  admin(): KafkaAdmin & { connect(): Promise<void>; disconnect(): Promise<void> };
}

/**
 * A Kafka cluster tells its brokers, through an admin or a `Kafka` of `kafkajs`. With a `Kafka`, each run connects an
 * admin of its own and disconnects it. Runs every 15 s in the background. Details: `brokers`, `controller`.
 *
 * @throws {SightlineError} `SIGHTLINE_CHECK_CLIENT` for what is neither; `SIGHTLINE_OPTIONS` naming every wrong option
 * @example health.add('kafka', kafkaCheck(new Kafka({ brokers: ['kafka:9092'] }), { minBrokers: 3 }));
 */
export function kafkaCheck(client: KafkaAdmin | KafkaClient, options?: KafkaCheckOptions): BuiltInCheck {
  const { minBrokers, timeoutMs } = parseOptions('kafkaCheck', kafkaCheckOptionsSchema, options);
  const describe = describerOf(client);
  if (describe === undefined) {
    throw clientError('kafkaCheck', client, {
      expected: 'an admin or a Kafka of kafkajs',
      fix: 'pass what `kafka.admin()` gave, connected, or the `Kafka` itself; a producer or a consumer is not enough',
    });
  }
  const ask = createOutstanding(describe);

  return {
    ...timedCheck(timeoutMs, () => ({
      async work() {
        const { brokers, controller } = await ask();
        const details = { brokers: brokers.length, controller };
        if (brokers.length === 0) return down('the cluster has no broker', details);
        if (brokers.length < minBrokers) {
          return degraded(`${brokers.length} of at least ${minBrokers} brokers are in the cluster`, details);
        }
        return controller === null
          ? degraded('the cluster has no controller: topics and leaders cannot change', details)
          : up(details);
      },
      late: (afterMs) => down(`no broker answers after ${afterMs} ms: see that one runs and can be reached`),
      failed: (error) => down(failureText(error)),
    })),
    intervalMs: INTERVAL_MS,
  };
}

function describerOf(client: unknown): (() => Promise<KafkaCluster>) | undefined {
  if (hasMethods(client, 'describeCluster')) {
    const admin = client as KafkaAdmin;
    return () => admin.describeCluster();
  }
  if (!hasMethods(client, 'admin', 'producer')) return undefined;
  const kafka = client as unknown as KafkaClient;
  return async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await admin.describeCluster();
    } finally {
      // Of a connection that fails to close there is nothing to tell.
      await admin.disconnect().catch(() => {});
    }
  };
}

import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kafkaCheck } from '../../src/checks/index.ts';
import { runCheck, until, untilUp } from '../../src/checks/run-check.fixture.ts';
import { type FakeKafka, startFakeKafka } from '../servers/fake-kafka.ts';

async function cluster(): Promise<FakeKafka> {
  const fake = await startFakeKafka();
  onTestFinished(() => fake.close());
  return fake;
}

function kafkaOf({ port }: FakeKafka): Kafka {
  return new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
}

describe('kafkaCheck with kafkajs', () => {
  it('is up with a Kafka, runs in the background, and leaves no connection', async () => {
    const fake = await cluster();
    fake.brokers = 3;
    const check = kafkaCheck(kafkaOf(fake), { minBrokers: 3 });
    expect(check).toMatchObject({ intervalMs: 15_000, timeoutMs: 5100 });
    expect(await runCheck(check)).toEqual({ status: 'up', details: { brokers: 3, controller: 0 } });
    await until(() => fake.connections() === 0);
  });

  it('is degraded with too few brokers or without a controller, and down with none', async () => {
    const fake = await cluster();
    const check = kafkaCheck(kafkaOf(fake), { minBrokers: 2 });
    expect(await runCheck(check)).toEqual({
      status: 'degraded',
      reason: '1 of at least 2 brokers are in the cluster',
      details: { brokers: 1, controller: 0 },
    });
    Object.assign(fake, { brokers: 2, controller: -1 });
    expect((await runCheck(check)).reason).toBe(
      'the cluster has no controller: topics and leaders cannot change',
    );
    fake.brokers = 0;
    expect((await runCheck(check)).status).toBe('down');
  });

  it('asks a connected admin, and is down when the cluster is gone', async () => {
    const fake = await cluster();
    const admin = kafkaOf(fake).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const check = kafkaCheck(admin);
    expect((await runCheck(check)).status).toBe('up');
    await fake.close();
    const { status, reason } = await runCheck(check);
    expect(status).toBe('down');
    expect(reason).not.toBe('');
  });

  it('is down within its time when no broker says anything, with one connection however often it runs', async () => {
    const fake = await cluster();
    fake.answers = false;
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${fake.port}`],
      logLevel: logLevel.NOTHING,
      requestTimeout: 500,
      retry: { retries: 0 },
    });
    const check = kafkaCheck(kafka, { timeoutMs: 30 });
    for (let run = 0; run < 4; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      const { reason } = await runCheck(check);
      expect(reason).toMatch(/^no broker answers after \d+ ms: see that one runs and can be reached$/);
    }
    expect(fake.connections()).toBe(1);
    fake.answers = true;
    await untilUp(check);
    await until(() => fake.connections() === 0);
  });
});

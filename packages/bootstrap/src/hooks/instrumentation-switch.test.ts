import { describe, expect, it } from 'vitest';
import { instrumentationSwitch } from './instrumentation-switch.ts';

describe('instrumentationSwitch', () => {
  it('has everything on without lists', () => {
    const { isOn, unknown } = instrumentationSwitch(undefined, []);
    expect([isOn('pg'), isOn('http'), isOn('@acme/instrumentation'), unknown]).toEqual([
      true,
      true,
      true,
      [],
    ]);
  });

  it('has those off that are disabled, by any of their names', () => {
    const { isOn, unknown } = instrumentationSwitch(undefined, [
      '@opentelemetry/instrumentation-pg',
      'fetch',
      'redis-4',
      'express',
    ]);
    expect(['pg', 'undici', 'redis', '@opentelemetry/instrumentation-redis', 'express'].filter(isOn)).toEqual(
      [],
    );
    expect(['mysql2', 'http', 'koa'].filter((name) => !isOn(name))).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('has all others off when some are enabled, and disabled ones off all the same', () => {
    const { isOn } = instrumentationSwitch(['pg', 'http'], ['http']);
    expect(['pg', 'http', 'ioredis', 'express'].filter(isOn)).toEqual(['pg']);
  });

  it('names each unknown name once, and knows the names of what was added', () => {
    const { unknown } = instrumentationSwitch(
      ['pgg', 'pg', '@acme/instrumentation', 'acme'],
      ['pgg', 'fss'],
      ['@acme/instrumentation', '@opentelemetry/instrumentation-acme'],
    );
    expect(unknown).toEqual(['pgg', 'fss']);
  });

  it('lets those of OpenTelemetry be turned off that are not here, and does not say that they are on', () => {
    const off = instrumentationSwitch(undefined, ['fs', '@opentelemetry/instrumentation-dns', 'nestjs-core']);
    expect(off.unknown).toEqual([]);
    expect(instrumentationSwitch(['fs', 'pg'], []).unknown).toEqual(['fs']);
  });
});

import { describe, expect, it } from 'vitest';
import { unpackPm2Environment } from './pm2-environment.ts';

describe('unpackPm2Environment', () => {
  it('takes what telemetry reads out of what pm2 hands over, and nothing else', () => {
    const given = {
      OTEL_SERVICE_NAME: 'shop',
      SIGHTLINE_STRICT: 'true',
      LOG_LEVEL: 'debug',
      PATH: '/x',
      OTEL_X: { a: 1 },
    };
    const env = { pm2_env: JSON.stringify(given), OTEL_SERVICE_NAME: 'of the daemon', PATH: '/usr/bin' };
    unpackPm2Environment(env);
    expect(env).toEqual({
      ...env,
      OTEL_SERVICE_NAME: 'shop',
      SIGHTLINE_STRICT: 'true',
      LOG_LEVEL: 'debug',
      PATH: '/usr/bin',
    });
    expect(env).not.toHaveProperty('OTEL_X');
  });

  it.each([undefined, '', 'no JSON', 'null', '7'])('leaves the environment as it is with %j', (text) => {
    const env = { pm2_env: text };
    unpackPm2Environment(env);
    expect(env).toEqual({ pm2_env: text });
  });
});

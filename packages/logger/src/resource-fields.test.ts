import { describe, expect, it, vi } from 'vitest';
import { captureLines } from './captured-lines.fixture.ts';
import { createLogger } from './create-logger.ts';
import { resourceFields } from './resource-fields.ts';

describe('resourceFields', () => {
  it.each([
    { title: 'nothing', env: {}, fields: {} },
    { title: 'OTEL_SERVICE_NAME', env: { OTEL_SERVICE_NAME: 'shop' }, fields: { service: 'shop' } },
    { title: 'an empty OTEL_SERVICE_NAME', env: { OTEL_SERVICE_NAME: '' }, fields: {} },
    {
      title: 'all attributes',
      env: {
        OTEL_RESOURCE_ATTRIBUTES:
          'service.name=shop, deployment.environment.name = prod ,service.version=1.2,other=x',
      },
      fields: { service: 'shop', environment: 'prod', version: '1.2' },
    },
    {
      title: 'the older name of the environment',
      env: { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old' },
      fields: { environment: 'old' },
    },
    {
      title: 'both names of the environment',
      env: { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=old,deployment.environment.name=new' },
      fields: { environment: 'new' },
    },
    {
      title: 'both names of the service',
      env: { OTEL_SERVICE_NAME: 'one', OTEL_RESOURCE_ATTRIBUTES: 'service.name=two' },
      fields: { service: 'one' },
    },
    {
      title: 'percent-encoded values',
      env: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a%2Cb%3D%C3%A9' },
      fields: { service: 'a,b=é' },
    },
    {
      title: 'a value with an equals sign',
      env: { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a=b' },
      fields: { service: 'a=b' },
    },
    {
      title: 'pairs that are none',
      env: { OTEL_RESOURCE_ATTRIBUTES: ',=x,nothing,service.name=%E0%A4%A,service.version=1,service.name=' },
      fields: { version: '1' },
    },
  ])('takes $title', ({ env, fields }) => {
    expect(resourceFields({}, env)).toEqual(fields);
  });

  it('takes what code gives before all', () => {
    const env = {
      OTEL_SERVICE_NAME: 'env',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=env,deployment.environment.name=env',
    };
    expect(resourceFields({ service: 'code', version: 'code' }, env)).toEqual({
      service: 'code',
      environment: 'env',
      version: 'code',
    });
  });

  it('are the first fields of a line, in the base unless that is null, which beats them', () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'shop');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.version=1');
    const { stream, lines } = captureLines();
    for (const options of [{}, { base: { service: 'base', a: 1 } }, { base: null }])
      createLogger({ timestamp: false, ...options }, stream).info('x');
    vi.unstubAllEnvs();
    expect(lines()).toEqual([
      { level: 'info', service: 'shop', version: '1', msg: 'x' },
      { level: 'info', service: 'base', version: '1', a: 1, msg: 'x' },
      { level: 'info', msg: 'x' },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { appRegistrySource } from './app-registry-source.ts';

describe('appRegistrySource', () => {
  it('leaves out what cannot be read and what fails when nobody asks why, and takes the rest', async () => {
    const fails = { name: 'fails', get: () => Promise.reject(new Error('no')) };
    const good = { name: 'good', get: async () => ({ name: 'good', type: 'gauge', values: [{ value: 1 }] }) };
    const registry = {
      contentType: 'text/plain; version=0.0.4',
      getMetricsAsArray: () => [{ name: 'unreadable' }, fails, good],
    };
    const families = await appRegistrySource(registry)();
    expect(families.map(({ definition, series }) => [definition.name, series[0]?.value])).toEqual([
      ['good', 1],
    ]);
  });
});

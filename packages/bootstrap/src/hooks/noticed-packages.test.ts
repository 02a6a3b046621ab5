import { describe, expect, it } from 'vitest';
import { promClientFinding } from './noticed-packages.ts';

const client = { name: 'prom-client', version: '15.1.3', exports: {} };

describe('promClientFinding', () => {
  it('has nothing against one client', () => {
    expect([promClientFinding([]), promClientFinding([client])]).toEqual([undefined, undefined]);
  });

  it('warns of two that are in use', () => {
    const successor = { name: '@prometheus-io/client', version: undefined, exports: {} };
    expect(promClientFinding([client, successor])).toMatchObject({
      code: 'SIGHTLINE_TWO_PROM_CLIENTS',
      severity: 'warn',
      problem:
        '2 Prometheus clients are in use, prom-client 15.1.3 and @prometheus-io/client, each with a registry of its own',
    });
  });
});

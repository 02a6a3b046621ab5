import { describe, expect, it } from 'vitest';
import type { Finding } from '../report/finding.ts';
import {
  type PromClient,
  noticedPackages,
  promClientFinding,
  promClientTargets,
} from './noticed-packages.ts';

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

describe('noticedPackages', () => {
  it('tells of a package that does the same when it is loaded, and changes nothing of it', () => {
    const findings: Finding[] = [];
    const targets = noticedPackages((finding) => findings.push(finding));
    expect(targets.every(({ notice, onLoad }) => notice === true && onLoad === undefined)).toBe(true);
    expect(findings).toEqual([]);
    targets.find(({ name }) => name === 'morgan')?.beforeLoad?.();
    expect(findings).toMatchObject([
      {
        code: 'SIGHTLINE_DOUBLE_TELEMETRY',
        problem: 'morgan is loaded, and log lines of requests may come twice',
      },
    ]);
  });
});

describe('promClientTargets', () => {
  it('hands over each copy, with its version where it has one', () => {
    const clients: PromClient[] = [];
    const exports = { register: {} };
    for (const { onLoad } of promClientTargets((each) => clients.push(each))) {
      onLoad?.(exports, { version: '15.1.3' } as never);
      onLoad?.(exports, { version: undefined } as never);
    }
    expect(clients.map(({ name, version }) => [name, version])).toEqual([
      ['@prometheus-io/client', '15.1.3'],
      ['@prometheus-io/client', undefined],
      ['prom-client', '15.1.3'],
      ['prom-client', undefined],
    ]);
    expect(clients.every((each) => each.exports === exports)).toBe(true);
  });
});

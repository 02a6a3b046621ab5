import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { samplesOf } from './series.ts';
import { isRequest, isStart, startService } from './service.ts';
import type { Ended, Service } from './service.ts';
import { startUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, hookTimeout: 2 * MAX_LIFE_MS });

/** Those that cannot start; the others fail at what they do later. */
const LEFT_OUT = ['broken-start', 'broken-resource', 'broken-redact', 'broken-route', 'whole'];

interface Status {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly whole: unknown;
  readonly broken: unknown;
  readonly telemetry: {
    readonly plugins: { running: string[]; leftOut: string[]; failures: number };
    readonly report: { findings: { code: string; problem: string }[] };
  };
}

describe('plug-ins of which some throw', () => {
  let service: Service;
  let upstream: Upstream;
  let status: Status;
  let page: string;
  let whole: { readonly status: number; readonly text: string };
  let broken: { readonly status: number; readonly text: string };
  let seen: unknown;
  let ended: Ended;

  beforeAll(async () => {
    upstream = await startUpstream();
    service = await startService({ app: 'plugins.mjs', flags: [], env: { UPSTREAM: upstream.url } });
    await service.request('/');
    await service.request('/calls');
    await service.until((lines) => lines.filter(isRequest).length === 2);
    [page, whole, broken] = [
      (await service.admin('/metrics')).text,
      await service.admin('/whole'),
      await service.admin('/broken'),
    ];
    status = JSON.parse((await service.admin('/status')).text) as Status;
    seen = await service.ask({});
    ended = await service.end('SIGTERM');
  });

  afterAll(() => upstream.close());

  it('run every part of those that work', () => {
    expect(seen).toEqual({
      spans: 3,
      requests: [null, null],
      calls: 1,
      started: 1,
      instrumented: 1,
    });
    expect(whole).toEqual({ status: 200, text: 'whole' });
    expect(status).toMatchObject({
      resource: { team: 'checkout' },
      whole: { open: 3, badgeNumber: '[REDACTED]' },
    });
    expect(ended.lines).toContainEqual(expect.objectContaining({ msg: 'seen', badgeNumber: '[REDACTED]' }));
  });

  it('leave out those that cannot start, with all their parts, and name them', () => {
    const { plugins, report } = status.telemetry;
    expect(plugins.leftOut.toSorted()).toEqual(LEFT_OUT.toSorted());
    expect(plugins.failures).toBe(LEFT_OUT.length);
    expect(plugins.running).toEqual(expect.arrayContaining(['sightline-logs', 'whole', 'broken-end']));
    const told = report.findings
      .filter(({ code }) => code === 'SIGHTLINE_PLUGIN')
      .map(({ problem }) => problem);
    for (const name of LEFT_OUT)
      expect(told).toContainEqual(expect.stringContaining(`the plug-in ${name} failed`));
    expect(Object.keys(status)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:brokenStart|brokenResource|brokenRedact|twice)$/)]),
    );
  });

  it('tell of what fails later, and everything else goes on', () => {
    expect(broken.status).toBe(500);
    expect(status.broken).toEqual({ error: 'Error: status of broken' });
    const lines = JSON.stringify(ended.lines);
    for (const what of ['sink', 'observer', 'client sink', 'processor', 'instrumentation'])
      expect(lines).toContain(`${what} of broken`);
    expect(samplesOf(page, 'http_server_request_duration_seconds_count')).toHaveLength(1);
    expect(ended.lines.filter(isRequest)).toHaveLength(2);
    expect(ended.lines.filter(isStart)).toHaveLength(1);
  });

  it('end with the process', () => {
    expect(ended).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    expect(ended.lines).toContainEqual(expect.objectContaining({ msg: 'whole has ended' }));
    expect(JSON.stringify(ended.lines)).toContain('the plug-in broken-end failed to end');
  });
});

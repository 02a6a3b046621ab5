import type { SightlineError } from '@sightline/errors';
import { createHealth } from '@sightline/health';
import { createMetrics } from '@sightline/metrics';
import { createRedactor } from '@sightline/redact';
import type { WatchContext } from '@sightline/resilience';
import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { describe, expect, it } from 'vitest';
import { createServiceResilience } from './resilience.ts';

function setup() {
  const redactor = createRedactor();
  const metrics = createMetrics({ redactor });
  const health = createHealth({ pressure: false }, { redactor });
  const lines: string[] = [];
  const sections = new Map<string, () => unknown>();
  const problems: SightlineError[] = [];
  const line = (_fields: object, message?: string): void => void lines.push(message ?? '');
  const resilience = createServiceResilience({
    config: { metrics: { enabled: true } as never },
    metrics,
    logger: { info: line, warn: line } as never,
    health,
    redactor,
    addStatus(name, section) {
      sections.set(name, section);
      return () => sections.delete(name);
    },
    onProblem: (problem) => problems.push(problem),
  });
  async function page(): Promise<string> {
    let text = '';
    for await (const part of metrics.page().body) text += part;
    return text;
  }
  return { resilience, health, lines, sections, problems, page };
}

function breakerOf() {
  return circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(1) });
}

describe('createServiceResilience', () => {
  it('has a breaker on the page, in the status and among the checks, also when it was never called', async () => {
    const { resilience, health, sections, page } = setup();
    resilience.watch(breakerOf(), { name: 'payments' });
    const text = await page();
    expect(text).toContain('circuit_breaker_state{name="payments",state="closed"} 1\n');
    expect(text).toContain('circuit_breaker_state{name="payments",state="open"} 0\n');
    expect(text).toContain('circuit_breaker_calls_total{name="payments",outcome="rejected"} 0\n');
    expect(sections.get('resilience')?.()).toMatchObject({
      watched: [{ kind: 'circuit_breaker', state: 'closed' }],
    });
    expect(health.checks).toEqual(['circuit_breaker:payments']);
    health.close();
  });

  it('tells of an opening in each of them, and leaves the service ready', async () => {
    const { resilience, health, lines, sections, problems, page } = setup();
    const breaker = breakerOf();
    resilience.watch(breaker, { name: 'payments' });
    await expect(breaker.execute(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    const text = await page();
    expect(text).toContain('circuit_breaker_state{name="payments",state="open"} 1\n');
    expect(text).toContain('circuit_breaker_transitions_total{name="payments",from="closed",to="open"} 1\n');
    expect(text).toMatch(
      /circuit_breaker_call_duration_seconds_count\{name="payments",outcome="failure"\} 1\n/,
    );
    expect(lines).toEqual([
      'circuit breaker payments: closed to open, too many failures, the last one: Error: boom',
    ]);
    expect(sections.get('resilience')?.()).toMatchObject({ history: [{ from: 'closed', to: 'open' }] });
    health.start();
    const report = await health.run();
    expect(report).toMatchObject({ status: 'degraded', ready: { ok: true } });
    expect(problems).toEqual([]);
    health.close();
  });

  it('knows the route that an observed request has come to, and none of any other', () => {
    const { resilience, health } = setup();
    const routes: (string | undefined)[] = [];
    const observed = {
      [Symbol.for('sightline.request.1')]: { route: '/api/:tenant', mount: '', error: undefined },
    };
    const reader = {
      kind: 'reader',
      supports: 'anything',
      recognises: () => true,
      watch(_thing: object, { routeOf }: WatchContext) {
        routes.push(routeOf(observed), routeOf({ url: '/api/acme' }));
        return { dispose() {} };
      },
    };
    resilience.watch({}, { name: 'reader', as: reader });
    expect(routes).toEqual(['/api/:tenant', undefined]);
    health.close();
  });

  it('leaves nothing on the page, in the status or among the checks when it is closed', async () => {
    const { resilience, health, sections, page } = setup();
    resilience.watch(breakerOf(), { name: 'payments #1' });
    expect(health.checks).toEqual(['circuit_breaker:payments--1']);
    resilience.close();
    expect(await page()).not.toMatch(/^circuit_breaker.*\{/m);
    expect(sections.size).toBe(0);
    expect(health.checks).toEqual([]);
    health.close();
  });
});

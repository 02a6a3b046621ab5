import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { logRules, ruleFile, runbookFile } from '@sightline/alerts';
import { startLocal } from '@sightline/local';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { queriesOf } from './alerts/follow-runbook.ts';
import { type LogRuler, type OldLine, otlpRequest, startLogRuler } from './alerts/log-ruler.ts';
import { alertsFolder } from './alerts/rule-files.ts';
import { findLoki } from './servers/loki.ts';
import { findTempo, startTempo } from './servers/tempo.ts';

const START_MS = 120_000;
/** Longest wait for an evaluation on a busy machine [ms]. */
const WAIT = { timeout: 60_000, interval: 200 };
const HOUR = 3600;

/** So many lines, evenly spread from one moment to another. */
function lines(
  count: number,
  [fromAgoSeconds, toAgoSeconds]: readonly [number, number],
  line: Readonly<Record<string, unknown>>,
): readonly OldLine[] {
  const step = (fromAgoSeconds - toAgoSeconds) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_none, index) => ({
    agoSeconds: fromAgoSeconds - index * step,
    line,
  }));
}

const NOW = [200, 5] as const;
const BEFORE = [1.1 * HOUR, 400] as const;
const failed = { msg: 'request failed', err: { fingerprint: 'f00d' } };
const denied = { msg: 'refused', audit: true, outcome: 'denied' };
const usual = { msg: 'request' };
/** What the logger says of itself, of so many values. */
const censored = (values: number) => ({ msg: 'values were censored', redacted_values: values });

/** What services have logged, and what that says. The thresholds are those of the defaults, each with a case just below. */
const services: readonly {
  readonly name: string;
  readonly level: string;
  /** Whether its lines come by OTLP. */
  readonly byOtlp?: boolean;
  readonly lines: readonly OldLine[];
  readonly firing: readonly string[];
}[] = [
  {
    name: 'spiking',
    level: 'error',
    // A known error, so that it is not new.
    lines: [...lines(52, NOW, failed), ...lines(3, BEFORE, failed)],
    firing: ['ErrorLogSpike'],
  },
  {
    name: 'spiking-below',
    level: 'error',
    lines: [...lines(49, NOW, failed), ...lines(3, BEFORE, failed)],
    firing: [],
  },
  {
    name: 'failing-as-always',
    level: 'error',
    lines: [...lines(52, NOW, failed), ...lines(240, BEFORE, failed)],
    firing: [],
  },
  { name: 'new', level: 'error', lines: lines(5, NOW, failed), firing: ['NewErrorFingerprint'] },
  { name: 'new-below', level: 'error', lines: lines(4, NOW, failed), firing: [] },
  {
    name: 'known',
    level: 'error',
    lines: [...lines(5, NOW, failed), { agoSeconds: 2 * HOUR, line: failed }],
    firing: [],
  },
  { name: 'audited', level: 'warn', lines: lines(10, NOW, denied), firing: ['AuditFailures'] },
  { name: 'audited-below', level: 'warn', lines: lines(9, NOW, denied), firing: [] },
  {
    name: 'otlp-spiking',
    level: 'error',
    byOtlp: true,
    lines: [...lines(52, NOW, failed), ...lines(3, BEFORE, failed)],
    firing: ['ErrorLogSpike'],
  },
  {
    name: 'otlp-failing-as-always',
    level: 'error',
    byOtlp: true,
    lines: [...lines(52, NOW, failed), ...lines(240, BEFORE, failed)],
    firing: [],
  },
  {
    name: 'otlp-new',
    level: 'fatal',
    byOtlp: true,
    lines: lines(5, NOW, failed),
    firing: ['NewErrorFingerprint'],
  },
  // One service whose lines come in both ways: neither is enough alone.
  {
    name: 'both-ways',
    level: 'error',
    lines: [...lines(30, NOW, failed), ...lines(3, BEFORE, failed)],
    firing: ['ErrorLogSpike'],
  },
  {
    name: 'both-ways',
    level: 'error',
    byOtlp: true,
    lines: [...lines(25, NOW, failed), ...lines(3, BEFORE, failed)],
    firing: [],
  },
  { name: 'otlp-warned', level: 'warn', byOtlp: true, lines: lines(60, NOW, failed), firing: [] },
  {
    name: 'otlp-audited',
    level: 'warn',
    byOtlp: true,
    lines: lines(10, NOW, denied),
    firing: ['AuditFailures'],
  },
  { name: 'otlp-audited-below', level: 'warn', byOtlp: true, lines: lines(9, NOW, denied), firing: [] },
  {
    name: 'allowed',
    level: 'info',
    lines: lines(20, NOW, { ...denied, outcome: 'success' }),
    firing: [],
  },
  { name: 'leaking', level: 'info', lines: lines(4, NOW, censored(76)), firing: ['SecretsInLogs'] },
  { name: 'leaking-below', level: 'info', lines: lines(4, NOW, censored(75)), firing: [] },
  {
    name: 'leaking-as-always',
    level: 'info',
    lines: [...lines(4, NOW, censored(76)), ...lines(12, BEFORE, censored(120))],
    firing: [],
  },
  { name: 'silent', level: 'info', lines: lines(61, [1.1 * HOUR, 700], usual), firing: ['LogSilence'] },
  { name: 'silent-below', level: 'info', lines: lines(58, [1.1 * HOUR, 700], usual), firing: [] },
  {
    name: 'talking',
    level: 'info',
    lines: [...lines(61, [1.1 * HOUR, 700], usual), { agoSeconds: 60, line: usual }],
    firing: [],
  },
];

const runbookNames = readdirSync(join(alertsFolder, 'runbooks')).map((name) => name.replace(/\.md$/, ''));

let ruler: LogRuler | undefined;
let missing = '';

beforeAll(async () => {
  const found = findLoki();
  if ('missing' in found) {
    missing = found.missing;
    process.stdout.write(`skipped: ${missing}\n`);
    return;
  }
  const rules = ruleFile('Every second.', [logRules({ evaluationIntervalSeconds: 1 })]);
  ruler = await startLogRuler(found.path, rules);
  for (const service of services) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await ruler[service.byOtlp === true ? 'pushOtlp' : 'push'](service.name, service.level, service.lines);
  }
}, START_MS);

afterAll(async () => {
  await ruler?.stop();
});

describe('the ruler of a real Loki', () => {
  it('evaluates every rule', { timeout: WAIT.timeout + 5000 }, async ({ skip }) => {
    const running = ruler ?? skip(missing);
    const names = logRules().rules.map((rule) => ('alert' in rule ? rule.alert : rule.record));
    const expected = names.map((name) => ({ name, health: 'ok', lastError: '' }));
    await vi.waitFor(async () => expect(await running.rules()).toEqual(expected), WAIT);
  });

  it('answers every query of the runbooks', async ({ skip }) => {
    const running = ruler ?? skip(missing);
    const queries = runbookNames.flatMap((name) => queriesOf(name, 'logql', 'spiking'));
    expect(queries.length).toBeGreaterThan(5);
    const results = await Promise.all(queries.map((query) => running.query(query)));
    expect(results.filter((count) => count > 0).length).toBeGreaterThan(2);
  });

  it.each(services.flatMap(({ name, firing }) => firing.map((alert) => [alert, name] as const)))(
    'shows something to whoever follows the runbook of %s, for %s',
    async (alert, service) => {
      if (ruler === undefined) return;
      // The fingerprint of a runbook stands for that of the alert.
      const queries = queriesOf(runbookFile(alert).replace('.md', ''), 'logql', service).map((query) =>
        query.replaceAll('3f1c', failed.err.fingerprint),
      );
      const counts: number[] = [];
      for (const query of queries) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
        counts.push(await ruler.query(query));
      }
      // The first one is what the diagnosis begins with.
      expect([queries[0], counts[0]]).toEqual([queries[0], expect.toSatisfy((count) => Number(count) > 0)]);
    },
  );

  it(
    'fires each for the lines that it is about, and for no others',
    { timeout: WAIT.timeout + 5000 },
    async ({ skip }) => {
      const running = ruler ?? skip(missing);
      const expected = services
        .flatMap(({ name, firing }) => firing.map((alert) => `${alert} ${name}`))
        .toSorted();
      await vi.waitFor(async () => expect(await running.firing()).toEqual(expected), WAIT);
    },
  );
});

describe('the embedded stack', () => {
  it('finds the same in lines that came by OTLP', async () => {
    const stack = await startLocal({ port: 0 });
    onTestFinished(() => stack.close());
    const byOtlp = services.filter((service) => service.byOtlp === true);
    for (const { name, level, lines: logged } of byOtlp) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await fetch(`${stack.url}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(otlpRequest(name, level, logged)),
      });
      expect(status).toBe(200);
    }
    const found = await Promise.all(
      logRules().rules.map(async (rule) => {
        const query = encodeURIComponent(rule.expr);
        const answer = await fetch(`${stack.url}/loki/api/v1/query?query=${query}`);
        const { data } = (await answer.json()) as {
          data: { result: readonly { metric: Readonly<Record<string, string>> }[] };
        };
        return data.result.map(({ metric }) =>
          [...('alert' in rule ? [rule.alert] : []), metric['service_name']].join(' '),
        );
      }),
    );
    const expected = byOtlp.flatMap(({ name, firing }) => firing.map((alert) => `${alert} ${name}`));
    expect(found.flat().toSorted()).toEqual(expected.toSorted());
  });
});

describe('a real Tempo', () => {
  it('takes every query of the runbooks', { timeout: START_MS }, async ({ skip }) => {
    const found = findTempo();
    if ('missing' in found) skip(found.missing);
    const tempo = await startTempo('path' in found ? found.path : '');
    try {
      const queries = runbookNames.flatMap((name) => queriesOf(name, 'traceql'));
      expect(queries.length).toBeGreaterThan(0);
      for (const query of queries) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const answer = await tempo.get('/api/search', { q: query });
        expect([query, 'error' in answer ? answer.error : 'taken']).toEqual([query, 'taken']);
      }
    } finally {
      await tempo.stop();
    }
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createLogqlEngine, createMemoryLogs } from '../../src/logql/index.ts';
import type { MemoryLogs } from '../../src/logql/index.ts';

const root = new URL('../../../../', import.meta.url);
const nowNs = 1_768_471_200_000_000_000n;
const minuteNs = 60_000_000_000n;

interface Target {
  readonly expr?: string;
}
interface Panel {
  readonly title?: string;
  readonly datasource?: { readonly type?: string };
  readonly targets?: readonly (Target & { readonly datasource?: { readonly type?: string } })[];
  readonly panels?: readonly Panel[];
}

/** Every LogQL query of the dashboards, with what Grafana puts in for its variables. */
function dashboardQueries(): readonly (readonly [string, string])[] {
  const folder = new URL('dashboards/', root);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const board = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as {
        readonly panels?: readonly Panel[];
      };
      return panelQueries(board.panels ?? []).map(
        ([title, expr]) => [`${name}: ${title}`, substituted(expr)] as const,
      );
    });
}

function panelQueries(panels: readonly Panel[]): readonly (readonly [string, string])[] {
  return panels.flatMap(({ title = '', datasource, targets = [], panels: inner = [] }) => [
    ...targets
      .filter((target) => (target.datasource ?? datasource)?.type === 'loki')
      .map((target) => [title, target.expr ?? ''] as const),
    ...panelQueries(inner),
  ]);
}

function substituted(expr: string): string {
  return expr
    .replaceAll(/\$__(?:auto|interval|rate_interval)\b/g, '5m')
    .replaceAll(/\$__range\b/g, '1h')
    .replaceAll(/\$\{?(?:search|filter|text)\w*(?::\w+)?\}?/g, '')
    .replaceAll(/\$\{?\w+(?::\w+)?\}?/g, '.+');
}

/** Every expression of the rules for Loki's ruler. */
function alertQueries(): readonly (readonly [string, string])[] {
  const file = parse(readFileSync(new URL('alerts/loki/logs.yml', root), 'utf8')) as {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string }[];
    }[];
  };
  return file.groups.flatMap(({ rules }) =>
    rules.map(({ alert, record, expr }) => [alert ?? record ?? '', expr] as const),
  );
}

/** Lines as our own logger writes them, with an error, a slow request, an audit record and a censored secret. */
function serviceLogs(): MemoryLogs {
  const logs = createMemoryLogs();
  const line = (fields: object): string =>
    JSON.stringify({ level: 'error', msg: 'failed [REDACTED]', module: 'orders', ...fields });
  const fields = {
    err: { type: 'TimeoutError', fingerprint: 'f1' },
    http_route: '/orders/:id',
    http_request_method: 'GET',
    http_response_status_code: 500,
    duration_ms: 1200,
    redacted_values: 1,
    slow: true,
    audit: true,
    outcome: 'denied',
    actor: 'ada',
    action: 'delete',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
  };
  for (const level of ['error', 'info', 'warn', 'fatal']) {
    const labels = { service_name: 'shop', deployment_environment_name: 'prod', level };
    const entries = Array.from({ length: 1000 }, (_value, at) => ({
      timeNs: nowNs - BigInt(at) * 250_000_000n - 1n,
      line: line({ ...fields, level }),
      // Of those that came over OTLP, the fields are beside the line.
      ...(at % 2 === 1 && { metadata: { slow: 'true', audit: 'true' } }),
    }));
    logs.push(labels, entries);
  }
  return logs;
}

/** For LogSilence: a service that has logged, and no longer does. */
function silentLogs(): MemoryLogs {
  const logs = createMemoryLogs();
  logs.push(
    { service_name: 'shop', deployment_environment_name: 'prod', level: 'info' },
    Array.from({ length: 100 }, (_value, at) => ({
      timeNs: nowNs - 20n * minuteNs - BigInt(at),
      line: `{"msg":"${at}"}`,
    })),
  );
  return logs;
}

const dashboards = dashboardQueries();
const alerts = alertQueries();

describe('createLogqlEngine', () => {
  it('finds the queries of the dashboards and of the alerts', () => {
    expect(dashboards.length).toBeGreaterThan(3);
    expect(alerts.length).toBeGreaterThan(3);
  });

  it.each(dashboards)('gives rows for a query of a dashboard: %s', async (_panel, query) => {
    const engine = createLogqlEngine({ source: serviceLogs() });
    const result = await engine.range(query, {
      startNs: nowNs - 15n * minuteNs,
      endNs: nowNs,
      stepNs: minuteNs,
    });
    expect(
      result.type === 'streams' ? result.streams : result.type === 'matrix' ? result.matrix : [],
    ).not.toEqual([]);
  });

  it.each(alerts)('lets a rule fire on lines that it is about: %s', async (alert, query) => {
    const engine = createLogqlEngine({ source: alert === 'LogSilence' ? silentLogs() : serviceLogs() });
    const result = await engine.instant(query, { timeNs: nowNs });
    expect(result.type === 'vector' ? result.vector : []).not.toEqual([]);
  });

  it.each(alerts)('lets no rule fire where no lines are: %s', async (_alert, query) => {
    const engine = createLogqlEngine({ source: createMemoryLogs() });
    expect(await engine.instant(query, { timeNs: nowNs })).toEqual({ type: 'vector', vector: [] });
  });
});

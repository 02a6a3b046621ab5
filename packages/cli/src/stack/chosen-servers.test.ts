import { describe, expect, it } from 'vitest';
import type { Server } from '../doctor/facts.ts';
import type { Answer, Probe } from '../doctor/probe.ts';
import { chosenServers } from './chosen-servers.ts';
import { serverOptions } from './server-options.ts';

const defaults = {
  prometheus: serverOptions.prometheus.default,
  alertmanager: serverOptions.alertmanager.default,
  loki: serverOptions.loki.default,
  tempo: serverOptions.tempo.default,
  grafana: serverOptions.grafana.default,
  without: [],
  tenant: undefined,
} as const satisfies Readonly<Record<Server, string>> & {
  readonly without: readonly string[];
  readonly tenant: undefined;
};

function answer(status: number, json?: unknown): Answer {
  const text = json === undefined ? '<!DOCTYPE html>' : JSON.stringify(json);
  return { kind: 'answer', status, headers: new Headers(), text, json, skewMs: undefined };
}

/** Answers by the port; nobody else is there. */
function probeOf(there: Readonly<Record<string, Answer>>): Probe {
  return async ({ url }) =>
    there[new URL(url).port] ?? { kind: 'failed', failure: 'refused', detail: 'ECONNREFUSED' };
}

const embedded = answer(200, { status: 'success' });

describe('chosenServers', () => {
  it.each([
    ['a service without the path', answer(404)],
    ['a service that answers every path with its page', answer(200)],
  ])('takes the embedded stack where %s has the port of Grafana', async (_title, onPort3000) => {
    const chosen = await chosenServers(probeOf({ 4318: embedded, 3000: onPort3000 }), {}, defaults);
    expect(chosen.embeddedUrl).toBe('http://localhost:4318');
    expect(Object.keys(chosen.at)).toEqual(['prometheus', 'alertmanager', 'loki', 'tempo']);
  });

  it('brings the token of the embedded stack to it, and to no other', async () => {
    const brought: (string | undefined)[] = [];
    const probe: Probe = async ({ url, headers = {} }) => {
      brought.push(`${new URL(url).port} ${headers['authorization']}`);
      return probeOf({ 4318: embedded })({ url });
    };
    const { at } = await chosenServers(probe, { SIGHTLINE_LOCAL_TOKEN: 'secret' }, defaults);
    expect(brought.filter((each) => each?.endsWith('Bearer secret'))).toEqual(['4318 Bearer secret']);
    expect(at.loki?.headers).toEqual({ authorization: 'Bearer secret' });
  });

  it.each([
    ['Grafana', { 4318: embedded, 3000: answer(200, { database: 'ok' }) }],
    ['a Grafana that is not well', { 4318: embedded, 3000: answer(503, { database: 'failing' }) }],
    ['Prometheus', { 4318: embedded, 9090: answer(503) }],
    ['no embedded stack', { 4318: answer(404) }],
  ])('takes the servers where there is %s', async (_title, there) => {
    const chosen = await chosenServers(probeOf(there), {}, defaults);
    expect(chosen.embeddedUrl).toBeUndefined();
    expect(Object.keys(chosen.at)).toHaveLength(5);
  });

  it.each([
    ['is it', answer(200, []), 'http://127.0.0.1:14318', ['prometheus', 'alertmanager', 'loki', 'tempo']],
    ['is a proxy before the real ones', answer(404), undefined, [...Object.keys(defaults).slice(0, 5)]],
  ])(
    'takes what was named for all of them as the embedded stack where it %s',
    async (_t, runs, at, asked) => {
      const url = 'http://127.0.0.1:14318';
      const named = { ...defaults, prometheus: url, alertmanager: url, loki: url, tempo: url };
      const chosen = await chosenServers(probeOf({ 14318: runs }), {}, named);
      expect(chosen.embeddedUrl).toBe(at);
      expect(Object.keys(chosen.at).toSorted()).toEqual(asked.toSorted());
    },
  );
});
